using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using Branchline.Server.Fanout;
using Branchline.Server.Gateway.Apps;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Gateway.Pusher;

/// <summary>Every Pusher client of the node, by socket id.</summary>
internal sealed class PusherSockets(
    LiveSockets sockets, Broadcaster broadcaster, AppRegistry apps, ChannelAccess access, IOptions<SocketOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, PusherConnection> _connections = new(StringComparer.Ordinal);
    private readonly SocketRules _rules = new()
    {
        MaxMessageBytes = options.Value.MaxMessage,
        QueueCapacity = options.Value.QueueCapacity,
        TooBig = CloseCodes.TooBig,
        TooSlow = CloseCodes.TooSlow,
        Restarting = CloseCodes.Restarting,
    };

    /// <summary>
    /// Why no more clients are let in, or null. While the node stops they are told to wait a second: those just sent away
    /// come back at once, and would turn round and round.
    /// </summary>
    public CloseReason? Full =>
        sockets.IsStopping ? CloseCodes.Stopping
        : _connections.Count >= options.Value.MaxConnections ? CloseCodes.OverCapacity
        : null;

    public bool TryFind(string socketId, [NotNullWhen(true)] out PusherConnection? connection) =>
        _connections.TryGetValue(socketId, out connection);

    /// <summary>Serves a client that was let in.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        var socket = await sockets.AcceptAsync(context, _rules);
        var channels = new Subscriptions(broadcaster, socket.Subscriber);
        var listener = Listener.Of(context);
        using var watch = new SessionWatch(socket, CloseCodes.RightsChanged);
        var socketId = NewSocketId();
        var connection = new PusherConnection(
            socketId, socket, apps.Default, access, channels, new PusherSession(listener, watch, options.Value, time));

        // Known before its id is told to anybody, see Grants.
        _connections[socketId] = connection;
        connection.Greet();
        watch.Add(listener);
        using var liveness = new Liveness(socket, options.Value, time);
        await sockets.ServeAsync(socket, connection.ReceiveAsync, OnClosing, context.RequestAborted);

        void OnClosing()
        {
            // In this order: an id that is not known here any longer must not be able to join, see Grants.
            channels.End();
            _connections.TryRemove(socketId, out _);
        }
    }

    /// <summary>
    /// Refuses a client: the connection is accepted first, because a browser does not show its page the answer to a
    /// handshake that failed.
    /// </summary>
    public async Task RefuseAsync(HttpContext context, CloseReason reason)
    {
        var socket = await sockets.AcceptAsync(context, _rules);
        socket.Send(PusherFrames.Error(reason.Code, reason.Text));
        socket.Close(reason);
        await sockets.ServeAsync(socket, (_, _) => ValueTask.CompletedTask, () => { }, context.RequestAborted);
    }

    /// <summary>Two random numbers: unique on every node, and never one that had been before.</summary>
    private static string NewSocketId() => string.Create(
        CultureInfo.InvariantCulture,
        $"{RandomNumberGenerator.GetInt32(1, int.MaxValue)}.{RandomNumberGenerator.GetInt32(1, int.MaxValue)}");
}
