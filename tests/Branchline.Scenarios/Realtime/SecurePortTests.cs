using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace Branchline.Scenarios.Realtime;

public sealed partial class SecurePortTests : IDisposable
{
    private readonly TempDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_port_with_TLS_answers_no_handshake_in_the_clear()
    {
        WriteCertificate();
        using var node = await RunningNode.StartAsync("serve", _data.Path, "--urls", "http://127.0.0.1:0;https://127.0.0.1:0");
        var secure = int.Parse(SecureAddress().Match(node.Log).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

        using (var plain = await RawClient.ConnectAsync(node.Address))
        {
            Assert.NotEmpty(plain.SocketId);
        }

        await Assert.ThrowsAsync<IOException>(async () =>
        {
            using var _ = await RawClient.ConnectAsync(RawClient.NewSocket(), new IPEndPoint(IPAddress.Loopback, secure));
        });
    }

    private void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var (path, keyPath) = (Path.Combine(_data.Path, "node.pem"), Path.Combine(_data.Path, "node.key"));
        File.WriteAllText(path, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllLines(
            Path.Combine(_data.Path, ".env"),
            ["PUSHER_APP_KEY=" + RealtimeNode.Key, "Kestrel__Certificates__Default__Path=" + path, "Kestrel__Certificates__Default__KeyPath=" + keyPath]);
    }

    [GeneratedRegex(@"https://127\.0\.0\.1:(\d+)")]
    private static partial Regex SecureAddress();
}
