using System.Globalization;
using System.Security.Cryptography;
using Branchline.Server.Gateway.Apps;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Gateway.Pusher;

/// <summary>Lets Pusher clients in, or says why not, and serves them until they go.</summary>
internal sealed class PusherSockets
{
    private readonly LiveSockets _sockets;
    private readonly Hubs _hubs;
    private readonly ChannelAccess _access;
    private readonly Addresses _addresses;
    private readonly SocketOptions _options;
    private readonly SocketRules _rules;

    public PusherSockets(LiveSockets sockets, Hubs hubs, ChannelAccess access, Addresses addresses, IOptions<SocketOptions> options)
    {
        (_sockets, _hubs, _access, _addresses, _options) = (sockets, hubs, access, addresses, options.Value);
        _rules = new SocketRules
        {
            MaxMessageBytes = _options.MaxMessage,
            QueueBytes = _options.QueueBytes,
            TooBig = CloseCodes.TooBig,
            TooSlow = CloseCodes.TooSlow,
            Restarting = CloseCodes.Restarting,

            // The client asks first after its own time-out; so we wait twice as long.
            Question = new Question(PusherFrames.Ping, _options.ActivityTimeout * 2, _options.PongTimeout, CloseCodes.NoPong),
        };
    }

    /// <summary>
    /// Why the app lets no more clients in, or null. While the node stops they are told to wait a second: those just sent away
    /// come back at once, and would turn round and round.
    /// </summary>
    public CloseReason? FindObjection(RealtimeApp app, HttpContext context)
    {
        if (!app.Enabled)
        {
            return CloseCodes.AppDisabled;
        }

        if (!app.AllowsOrigin(context.Request.Headers.Origin))
        {
            return CloseCodes.ForeignOrigin;
        }

        var limits = app.Limits;
        return _sockets.IsStopping ? CloseCodes.Stopping
            : _sockets.Count >= _options.MaxConnections ? CloseCodes.OverCapacity
            : limits.MaxConnections > 0 && _hubs.Of(app).Peers.Count >= limits.MaxConnections ? CloseCodes.OverCapacity
            : _addresses.IsFull(app, context.Connection.RemoteIpAddress) ? CloseCodes.TooManyFromAddress
            : null;
    }

    /// <summary>Serves a client that was let in.</summary>
    public async Task ServeAsync(HttpContext context, RealtimeApp app)
    {
        var address = context.Connection.RemoteIpAddress;
        var socket = await _sockets.AcceptAsync(context, _rules);
        var connection = Open(socket, app, Listener.Of(context));
        _addresses.Enter(app, address);
        await _sockets.ServeAsync(socket, connection.ReceiveAsync, () =>
        {
            connection.End();
            _addresses.Leave(app, address);
        });
    }

    /// <summary>A connection of its own, greeted; its owner tells it of messages and of the end.</summary>
    public PusherConnection Open(Wire wire, RealtimeApp app, Listener listener)
    {
        var hub = _hubs.Of(app);
        var session = new PusherSession(hub, _access, listener, _options) { IsOwnApp = hub == _hubs.Own };
        var connection = new PusherConnection(NewSocketId(), wire, session);

        // Known before its id is told to anybody, see Grants.
        hub.Peers.Add(connection);
        connection.Greet();
        return connection;
    }

    /// <summary>
    /// Refuses a client: the connection is accepted first, because a browser does not show its page the answer to a
    /// handshake that failed.
    /// </summary>
    public async Task RefuseAsync(HttpContext context, CloseReason reason)
    {
        var socket = await _sockets.AcceptAsync(context, _rules);
        socket.Say(PusherFrames.Error(reason.Code, reason.Text));
        socket.Close(reason);
        await _sockets.ServeAsync(socket, (_, _) => ValueTask.CompletedTask, () => { });
    }

    /// <summary>Two random numbers: unique on every node, and never one that had been before.</summary>
    private static string NewSocketId()
    {
        Span<byte> random = stackalloc byte[8];
        RandomNumberGenerator.Fill(random);
        var (first, second) = (BitConverter.ToUInt32(random) >> 1, BitConverter.ToUInt32(random[4..]) >> 1);
        return string.Create(CultureInfo.InvariantCulture, $"{first}.{second}");
    }
}
