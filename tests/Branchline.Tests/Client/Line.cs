using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Branchline.Tests.Client;

/// <summary>The line between clients and a node, at an address that stays: it can be cut, and it can lose what the node answers.</summary>
internal sealed class Line : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Task, Socket> _connections = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private volatile bool _isCut;
    private volatile bool _losesAnswers;
    private long _carried;
    private long _lastCarried = long.MaxValue;

    // Everything that both sides said, each side's pieces in order.
    private readonly StringBuilder _said = new();

    public Line(Uri node)
    {
        Node = node;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where the node is.</summary>
    public Uri Node { get; set; }

    /// <summary>Where clients find it.</summary>
    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>How many connections clients have asked for.</summary>
    public int Asked { get; private set; }

    /// <summary>What was said on the line, by clients and the node, since this was asked last; what a socket masks cannot be read in it.</summary>
    public string TakeSaid()
    {
        lock (_said)
        {
            var said = _said.ToString();
            _said.Clear();
            return said;
        }
    }

    /// <summary>How many bytes the node has said.</summary>
    public long Carried => Interlocked.Read(ref _carried);

    /// <summary>
    /// So many bytes more of what the node says get through and no others. The connections live on until they are cut: a cut by itself would take
    /// with it what the client has not read yet.
    /// </summary>
    public void LoseAnswersAfter(long bytes) => Interlocked.Exchange(ref _lastCarried, Carried + bytes);

    /// <summary>No connection lives, and none can be had.</summary>
    public void Cut()
    {
        _isCut = true;
        foreach (var socket in _connections.Values)
        {
            socket.Close();
        }
    }

    public void Mend()
    {
        _losesAnswers = false;
        Interlocked.Exchange(ref _lastCarried, long.MaxValue);
        _isCut = false;
    }

    /// <summary>What clients say gets through, what the node says does not.</summary>
    public void LoseAnswers() => _losesAnswers = true;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        await Task.WhenAll(_connections.Keys);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                Asked++;
                if (_isCut)
                {
                    client.Close();
                    continue;
                }

                var carrying = CarryAsync(client);
                _connections[carrying] = client;
                _ = carrying.ContinueWith(done => _connections.TryRemove(done, out _), TaskScheduler.Default);
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The line is taken down.
        }
    }

    private async Task CarryAsync(Socket client)
    {
        using var node = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        try
        {
            await node.ConnectAsync(Node.Host, Node.Port, _stop.Token);
            await Task.WhenAny(CopyAsync(client, node, _ => false), CopyAsync(node, client, IsLost));
        }
        catch (Exception failure) when (IsEnd(failure))
        {
            // The node is not there.
        }
        finally
        {
            client.Close();
        }
    }

    private bool IsLost(int count) => Interlocked.Add(ref _carried, count) > Interlocked.Read(ref _lastCarried) || _losesAnswers;

    private async Task CopyAsync(Socket from, Socket to, Func<int, bool> isLost)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer, _stop.Token)) > 0)
            {
                if (!isLost(count))
                {
                    Note(buffer.AsSpan(0, count));
                    await to.SendAsync(buffer.AsMemory(0, count), _stop.Token);
                }
            }
        }
        catch (Exception failure) when (IsEnd(failure))
        {
            // One of the two has hung up.
        }
    }

    private void Note(ReadOnlySpan<byte> bytes)
    {
        lock (_said)
        {
            _said.Append(Encoding.Latin1.GetString(bytes));
        }
    }

    private static bool IsEnd(Exception failure) => failure is SocketException or ObjectDisposedException or OperationCanceledException;
}
