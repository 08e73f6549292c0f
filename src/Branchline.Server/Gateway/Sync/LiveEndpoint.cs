using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Gateway.Sockets;
using Branchline.Server.Mutations;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Sync;

/// <summary><c>GET /sync/live</c>: one socket, both ways.</summary>
internal static class LiveEndpoint
{
    private static readonly SocketRules Rules = new()
    {
        MaxMessageBytes = 8 * 1024 * 1024,
        QueueBytes = 16 * 1024 * 1024,
        TooBig = new CloseReason(4413, "Frame too large"),
        TooSlow = new CloseReason(4429, "Too slow: reconnect and catch up"),
        Restarting = new CloseReason(1012, "The node is restarting"),
    };

    public static async Task ServeAsync(
        HttpContext context, LiveSockets sockets, LiveConnections connections, TimeProvider time)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await Problems.For(ErrorCodes.ParameterInvalid, "This address speaks WebSocket", "Open it with ws:// or wss://").ExecuteAsync(context);
            return;
        }

        var session = context.Session()!;
        var socket = await sockets.AcceptAsync(context, Rules);
        var connection = connections.Open(socket, session.Identity);
        using var ended = session.Ended.Register(() => connection.EndSession(session.MayReconnect));
        await using var late = time.CreateTimer(_ => connection.CloseUnlessGreeted(), null, LiveConnection.HelloWithin, Timeout.InfiniteTimeSpan);
        await sockets.ServeAsync(socket, connection.ReceiveAsync, connection.Leave);
    }
}
