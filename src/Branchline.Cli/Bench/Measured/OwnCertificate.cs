using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Branchline.Cli.Bench.Measured;

/// <summary>A certificate for this machine that nobody else trusts, for a node that is measured with TLS.</summary>
internal sealed class OwnCertificate(X509Certificate2 certificate, string file, string password) : IDisposable
{
    public X509Certificate2 Certificate => certificate;

    public static OwnCertificate Make(string directory)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        var request = new CertificateRequest("CN=branchline bench", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        var today = TimeProvider.System.GetUtcNow();
        var certificate = request.CreateSelfSigned(today.AddDays(-1), today.AddDays(1));

        // The directory is its maker's alone.
        var (file, password) = (Path.Combine(directory, "bench.pfx"), RandomNumberGenerator.GetHexString(32));
        File.WriteAllBytes(file, certificate.Export(X509ContentType.Pkcs12, password));
        return new OwnCertificate(certificate, file, password);
    }

    /// <summary>Says to a node which certificate it serves with.</summary>
    public void Name(IDictionary<string, string?> environment)
    {
        environment["Kestrel__Certificates__Default__Path"] = file;
        environment["Kestrel__Certificates__Default__Password"] = password;
    }

    public void Dispose() => certificate.Dispose();
}
