using System.Net;
using System.Net.Sockets;

namespace Branchline.Bench.Chain;

/// <summary>Stands between a branch and its master and counts every byte, heads of HTTP and all, each way.</summary>
internal sealed class CountingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly Uri _to;
    private readonly Task _accepting;
    private long _up;
    private long _down;

    public CountingProxy(Uri to)
    {
        _to = to;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Bytes to the master and from it so far.</summary>
    public (long Up, long Down) Counted => (Interlocked.Read(ref _up), Interlocked.Read(ref _down));

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Stop();
        await _accepting;
        _over.Dispose();
    }

    private async Task AcceptAsync()
    {
        var carrying = new List<Task>();
        try
        {
            while (true)
            {
                carrying.Add(CarryAsync(await _listener.AcceptSocketAsync(_over.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(carrying);
        }
    }

    private async Task CarryAsync(Socket below)
    {
        using var above = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (below)
        {
            try
            {
                await above.ConnectAsync(_to.Host, _to.Port, _over.Token);
                await Task.WhenAny(
                    CopyAsync(below, above, count => Interlocked.Add(ref _up, count)),
                    CopyAsync(above, below, count => Interlocked.Add(ref _down, count)));
            }
            catch (Exception end) when (end is SocketException or OperationCanceledException)
            {
                // One side hung up, or the measuring is over.
            }
        }
    }

    private async Task CopyAsync(Socket from, Socket to, Action<int> count)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReceiveAsync(buffer, _over.Token) is var read and > 0)
        {
            count(read);
            await to.SendAsync(buffer.AsMemory(0, read), _over.Token);
        }
    }
}
