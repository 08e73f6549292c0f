using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Branchline.Server.Gateway;

/// <summary>
/// Every open socket of the node. When the host stops, they are closed a few at a time before Kestrel goes: clients come back
/// at once and without jitter, so a whole shop closed in one moment would also return in one.
/// </summary>
internal sealed class LiveSockets(TimeProvider time) : IHostedLifecycleService
{
    private const int FewestPerStep = 50;
    private const int Steps = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<FrameSocket, byte> _open = new();
    private volatile bool _stopping;

    public int Count => _open.Count;

    /// <summary>Whoever connects now would have to go again at once.</summary>
    public bool IsStopping => _stopping;

    /// <summary>Takes the upgrade; the caller goes on with <see cref="ServeAsync"/>.</summary>
    public async Task<FrameSocket> AcceptAsync(HttpContext context, SocketRules rules)
    {
        var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            KeepAliveInterval = rules.KeepAlive,
            KeepAliveTimeout = rules.KeepAlive,
        });
        return new FrameSocket(socket, rules, time);
    }

    /// <summary>Serves the socket until it has ended, see <see cref="FrameSocket.RunAsync"/>.</summary>
    public async Task ServeAsync(
        FrameSocket socket, MessageHandler onMessage, Action onClosing, CancellationToken cancellationToken)
    {
        _open[socket] = 0;
        if (_stopping)
        {
            socket.Close(socket.Rules.Restarting);
        }

        try
        {
            await socket.RunAsync(onMessage, onClosing, cancellationToken);
        }
        finally
        {
            _open.TryRemove(socket, out _);
        }
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        var open = _open.Keys.ToArray();
        foreach (var batch in open.Chunk(Math.Max(FewestPerStep, (open.Length / Steps) + 1)))
        {
            foreach (var socket in batch)
            {
                socket.Close(socket.Rules.Restarting);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
