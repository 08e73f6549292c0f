using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Branchline.Server.Gateway.Sockets;

/// <summary>
/// Every open wire of the node. One timer looks at all their clocks. When the host stops, they are closed a few at a time before Kestrel goes: clients
/// come back at once and without jitter, so a whole shop closed in one moment would also return in one.
/// </summary>
internal sealed class LiveSockets : IHostedLifecycleService, IDisposable
{
    private const int FewestPerStep = 50;
    private const int Steps = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Wire, byte> _open = new();
    private readonly CancellationTokenSource _cut = new();
    private readonly TimeProvider _time;
    private readonly ITimer _sweep;
    private int _count;
    private volatile bool _stopping;

    public LiveSockets(TimeProvider time)
    {
        _time = time;
        _sweep = time.CreateTimer(static state => ((LiveSockets)state!).Sweep(), this, SweepEvery, SweepEvery);
    }

    public int Count => Volatile.Read(ref _count);

    /// <summary>Whoever connects now would have to go again at once.</summary>
    public bool IsStopping => _stopping;

    /// <summary>Takes the upgrade; the caller goes on with <see cref="ServeAsync"/>.</summary>
    public async ValueTask<FrameSocket> AcceptAsync(HttpContext context, SocketRules rules) =>
        new(await Upgrade.AcceptAsync(context), rules, _time);

    /// <summary>Takes a connection whose handshake was read before HTTP saw it.</summary>
    public FrameSocket Accept(ConnectionContext connection, string webSocketKey, SocketRules rules) =>
        new(Upgrade.Accept(connection, webSocketKey), rules, _time);

    /// <summary>Serves the socket until it has ended, see <see cref="FrameSocket.RunAsync"/>.</summary>
    public async Task ServeAsync(FrameSocket socket, MessageHandler onMessage, Action onClosing)
    {
        Add(socket);
        try
        {
            await socket.RunAsync(onMessage, onClosing, _cut.Token);
        }
        finally
        {
            Remove(socket);
        }
    }

    /// <summary>Counts a wire that its owner serves, and looks after it until it is removed.</summary>
    public void Add(Wire wire)
    {
        _open[wire] = 0;
        Interlocked.Increment(ref _count);
        if (_stopping)
        {
            wire.Close(wire.Restarting);
        }
    }

    public void Remove(Wire wire)
    {
        if (_open.TryRemove(wire, out _))
        {
            Interlocked.Decrement(ref _count);
        }
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        var open = _open.Keys.ToArray();
        foreach (var batch in open.Chunk(Math.Max(FewestPerStep, (open.Length / Steps) + 1)))
        {
            foreach (var wire in batch)
            {
                wire.Close(wire.Restarting);
            }

            await Task.Delay(Pause, _time, cancellationToken);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => _cut.CancelAsync();

    public void Dispose()
    {
        _sweep.Dispose();
        _cut.Dispose();
    }

    private void Sweep()
    {
        foreach (var (wire, _) in _open)
        {
            wire.Check();
        }
    }
}
