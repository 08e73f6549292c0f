using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Branchline.Scenarios.Faults;

/// <summary>
/// The line between devices and a node: always at the same address, wherever the node is, and as bad as it is told to be. A fault comes over
/// connections that are there and over those that are made while it lasts; one that has fallen silent stays so when the line is good again.
/// </summary>
internal sealed class BadLine : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Random _random;
    private readonly ConcurrentDictionary<Socket, bool> _devices = new();
    private readonly int[] _happened = new int[Enum.GetValues<LineFault>().Length];

    // Written by the test, read by every connection; a new trouble is a new object, for which each direction draws its fate once.
    private volatile Trouble _trouble = new(LineFault.None);
    private volatile Uri? _node;

    public BadLine(int seed)
    {
        _random = new Random(seed);
        _listener.Start();
        _ = AcceptAsync(_stop.Token);
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    /// <summary>Where the node is; null while there is none, and then who calls is hung up on.</summary>
    public Uri? Node
    {
        get => _node;
        set => _node = value;
    }

    /// <summary>How often a fault has come over a connection.</summary>
    public int Happened(LineFault fault) => Volatile.Read(ref _happened[(int)fault]);

    public void Break(LineFault fault) => _trouble = new Trouble(fault);

    /// <summary>Nobody reaches the node any more, over connections that are there neither, until it is named again.</summary>
    public void Cut()
    {
        Node = null;
        foreach (var device in _devices.Keys)
        {
            device.Close();
        }
    }

    /// <summary>The line is good again, for connections that it has not ended.</summary>
    public void Heal() => Break(LineFault.None);

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                _ = CarryAsync(await _listener.AcceptSocketAsync(cancellationToken), cancellationToken);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task CarryAsync(Socket device, CancellationToken cancellationToken)
    {
        using var node = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (device)
        {
            device.NoDelay = true;
            try
            {
                _devices[device] = true;
                if (_node is not { } address)
                {
                    return;
                }

                void Over() => Reset(device, node);
                await node.ConnectAsync(IPAddress.Loopback, address.Port, cancellationToken);
                await Task.WhenAll(PumpAsync(device, node, Over, cancellationToken), PumpAsync(node, device, Over, cancellationToken));
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // Somebody was killed, or hung up.
            }
            finally
            {
                _devices.TryRemove(device, out _);
            }
        }
    }

    /// <summary>One direction of a connection.</summary>
    private async Task PumpAsync(Socket from, Socket to, Action reset, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        var fate = new Fate(_trouble, LineFault.None, 0);
        while (true)
        {
            var length = await ReceiveAsync(from, buffer, reset, cancellationToken);
            fate = fate.Of == _trouble || fate is { Fault: LineFault.HalfOpens, Left: 0 } ? fate : Draw(_trouble);
            if (length == 0)
            {
                to.Shutdown(SocketShutdown.Send);
                return;
            }

            var whole = fate.Fault is LineFault.None or LineFault.Delays ? length : Math.Min(length, fate.Left);
            if (fate.Fault == LineFault.Delays)
            {
                Note(LineFault.Delays);
                await Task.Delay(TimeSpan.FromMilliseconds(Chance(100)), TimeProvider.System, cancellationToken);
            }

            await to.SendAsync(buffer.AsMemory(0, whole), cancellationToken);
            if (whole < length && End(fate, from, to, reset))
            {
                return;
            }

            fate = fate with { Left = fate.Left - whole };
        }
    }

    private static async ValueTask<int> ReceiveAsync(Socket from, byte[] buffer, Action reset, CancellationToken cancellationToken)
    {
        try
        {
            return await from.ReceiveAsync(buffer, cancellationToken);
        }
        catch (SocketException)
        {
            // What one end hears of the other's death.
            reset();
            throw;
        }
    }

    /// <summary>True when the connection is over.</summary>
    private bool End(Fate fate, Socket from, Socket to, Action reset)
    {
        Note(fate.Fault);
        switch (fate.Fault)
        {
            case LineFault.Cuts:
                reset();
                return true;
            case LineFault.Truncates:
                to.Shutdown(SocketShutdown.Both);
                from.Shutdown(SocketShutdown.Both);
                return true;
            default:
                return false;
        }
    }

    private static void Reset(Socket device, Socket node)
    {
        foreach (var socket in (Socket[])[device, node])
        {
            try
            {
                socket.LingerState = new LingerOption(true, 0);
            }
            catch (Exception over) when (over is SocketException or ObjectDisposedException)
            {
                // It is over already.
            }

            socket.Close();
        }
    }

    /// <summary>At which byte, and whether at all: a short one is as likely as a long one.</summary>
    private Fate Draw(Trouble trouble) =>
        trouble.Fault != LineFault.None && Chance(3) > 0 ? new Fate(trouble, trouble.Fault, Chance(1 << Chance(17))) : new Fate(trouble, LineFault.None, 0);

    private int Chance(int below)
    {
        lock (_random)
        {
            return _random.Next(below);
        }
    }

    private void Note(LineFault fault) => Interlocked.Increment(ref _happened[(int)fault]);

    private sealed record Trouble(LineFault Fault);

    /// <summary>What comes over one direction after so many bytes more.</summary>
    private sealed record Fate(Trouble Of, LineFault Fault, int Left);
}
