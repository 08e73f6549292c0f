using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Branchline.Cli.Bench.Measured;

/// <summary>Where the load goes, and whose app it uses.</summary>
internal sealed record Target(Uri Url, IPAddress Address, AppWords App)
{
    /// <summary>The one certificate that is taken; without it the usual rules decide.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>How much the system may take in for a connection before it is read; its own choice without it.</summary>
    public int? ReceiveBuffer { get; init; }

    /// <summary>Host and port as requests name them.</summary>
    public string Host => Url.Authority;

    /// <summary>The prefix under which the node is reached, without a slash at its end.</summary>
    public string Prefix => Url.AbsolutePath.TrimEnd('/');

    public async Task<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (ReceiveBuffer is { } bytes)
            {
                socket.ReceiveBufferSize = bytes;
            }

            await socket.ConnectAsync(new IPEndPoint(Address, Url.Port), cancellationToken);
            var stream = new NetworkStream(socket, ownsSocket: true);
            return Url.Scheme == Uri.UriSchemeHttps ? await SecureAsync(stream, cancellationToken) : stream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<SslStream> SecureAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var secure = new SslStream(stream);
        var options = new SslClientAuthenticationOptions { TargetHost = Url.Host };
        if (Certificate is { } only)
        {
            options.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetRawCertData().AsSpan().SequenceEqual(only.RawDataMemory.Span) == true;
        }

        await secure.AuthenticateAsClientAsync(options, cancellationToken);
        return secure;
    }
}

/// <summary>Id, key and secret of an app.</summary>
internal sealed record AppWords(string Id, string Key, string Secret);
