using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Branchline.Server.Gateway.Apps;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Channels.Rights;
using Branchline.Server.Gateway.Realtime;
using Branchline.Server.Gateway.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Gateway.Pusher;

/// <summary>Lets Pusher clients in, or says why not, and serves them until they go.</summary>
internal sealed class PusherSockets
{
    private const int OldestVersion = 5;
    private const int NewestVersion = 7;

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
            KeepAlive = _options.ActivityTimeout * 2,

            // The client asks first after its own time-out; so we wait twice as long.
            Question = new Question(PusherFrames.Ping, _options.ActivityTimeout * 2, _options.PongTimeout, CloseCodes.NoPong),
        };
    }

    /// <summary>Held from the question whether there is room until the place is taken: of many that come at once, only as many as may.</summary>
    public Lock Door { get; } = new();

    /// <summary>
    /// Why the app lets this client not in, or null. While the node stops they are told to wait a second: those just sent away
    /// come back at once, and would turn round and round.
    /// </summary>
    public CloseReason? FindObjection(RealtimeApp app, Caller caller)
    {
        if (FindObjection(caller.Protocol) is { } objection)
        {
            return objection;
        }

        if (!app.Enabled)
        {
            return CloseCodes.AppDisabled;
        }

        if (!app.AllowsOrigin(caller.Origin))
        {
            return CloseCodes.ForeignOrigin;
        }

        var limits = app.Limits;
        return _sockets.IsStopping ? CloseCodes.Stopping
            : _sockets.Count >= _options.MaxConnections ? CloseCodes.OverCapacity
            : limits.MaxConnections > 0 && _hubs.Find(app.Id)?.Peers.Count >= limits.MaxConnections ? CloseCodes.AppFull
            : _addresses.IsFull(app, caller.Address) ? CloseCodes.TooManyFromAddress
            : null;
    }

    /// <summary>Serves a client, or tells it why not.</summary>
    public async Task ServeAsync(HttpContext context, RealtimeApp app)
    {
        var caller = new Caller(
            context.Request.Query["protocol"].ToString(), context.Request.Headers.Origin.ToString(), context.Connection.RemoteIpAddress);
        await ServeAsync(await _sockets.AcceptAsync(context, _rules), app, caller, Listener.Of(context));
    }

    /// <summary>The same for one whose handshake was read before HTTP saw it.</summary>
    public Task ServeAsync(ConnectionContext connection, QuickHandshake handshake, RealtimeApp app) => ServeAsync(
        _sockets.Accept(connection, handshake.WebSocketKey, _rules), app,
        new Caller(handshake.Protocol, handshake.Origin, (connection.RemoteEndPoint as IPEndPoint)?.Address), Listener.Anonymous);

    /// <summary>Refuses a client that found no app.</summary>
    public async Task RefuseAsync(HttpContext context, CloseReason reason) => await RefuseAsync(await _sockets.AcceptAsync(context, _rules), reason);

    private Task ServeAsync(FrameSocket socket, RealtimeApp app, Caller caller, Listener listener)
    {
        CloseReason? objection;
        PusherConnection? connection = null;
        lock (Door)
        {
            objection = FindObjection(app, caller);
            if (objection is null && (connection = Open(socket, app, listener)) is not null)
            {
                _addresses.Enter(app, caller.Address);
            }
        }

        return connection is null ? RefuseAsync(socket, objection ?? CloseCodes.UnknownApp) : _sockets.ServeAsync(socket, connection.ReceiveAsync, () =>
        {
            Count(socket, connection);
            connection.End();
            _addresses.Leave(app, caller.Address);
        });
    }

    /// <summary>The connection is accepted first, because a browser does not show its page the answer to a handshake that failed.</summary>
    private Task RefuseAsync(FrameSocket socket, CloseReason reason)
    {
        socket.Say(PusherFrames.Error(reason.Code, reason.Text));
        socket.Close(reason);
        return _sockets.ServeAsync(socket, (_, _) => ValueTask.CompletedTask, () => { });
    }

    /// <summary>A connection of its own, greeted; its owner tells it of messages and of the end. Null when the app was removed meanwhile.</summary>
    public PusherConnection? Open(Wire wire, RealtimeApp app, Listener listener)
    {
        if (_hubs.Of(app) is not { } hub)
        {
            return null;
        }

        var session = new PusherSession(hub, _access, listener, _options) { IsOwnApp = hub == _hubs.Own };
        var connection = new PusherConnection(NewSocketId(), wire, session);

        // Known before its id is told to anybody, see Grants.
        hub.Enter(connection);
        connection.Greet();
        return connection;
    }

    private static CloseReason? FindObjection(string protocol) =>
        protocol.Length == 0 ? CloseCodes.NoVersion
        : !int.TryParse(protocol, CultureInfo.InvariantCulture, out var number) ? CloseCodes.BadVersion
        : number is < OldestVersion or > NewestVersion ? CloseCodes.UnsupportedVersion
        : null;

    /// <summary>Counts a connection that ends for reading too slowly.</summary>
    public static void Count(Wire wire, PusherConnection connection)
    {
        if (wire.IsTooSlow)
        {
            connection.Hub.Traffic.AddDropped();
            connection.Hub.Tails.Show(TailKind.Dropped, connection.Hub.App.Id, connection);
        }
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
