using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Branchline.Scenarios.Realtime;

/// <summary>A certificate for loopback that is good for a day.</summary>
internal static class SelfSigned
{
    public const string Name = "CN=127.0.0.1";

    /// <summary>Writes certificate and key; gives the settings that name them.</summary>
    public static string[] Write(string directory)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Name, key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var (path, keyPath) = (Path.Combine(directory, "node.pem"), Path.Combine(directory, "node.key"));
        File.WriteAllText(path, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
        return ["Kestrel__Certificates__Default__Path=" + path, "Kestrel__Certificates__Default__KeyPath=" + keyPath];
    }
}
