using System.Net;
using Branchline.Server.Gateway.Apps;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Pusher;
using Branchline.Server.Gateway.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Gateway.Fallback;

/// <summary>The sessions there are, each bound to what opened it: app, person, page and browser. A name alone opens nothing.</summary>
internal sealed class HttpSessions
{
    private const double BeatsEarly = 5.0 / 6;
    private static readonly TimeSpan RarestBeat = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan LongestUnpolled = TimeSpan.FromSeconds(10);

    private readonly PusherSockets _pusher;
    private readonly LiveSockets _wires;
    private readonly Addresses _addresses;
    private readonly Unpolled _unpolled;
    private readonly HttpSessionRules _rules;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();

    // Under the gate.
    private readonly Dictionary<(string Key, string Name), OpenSession> _byName = [];

    public HttpSessions(PusherSockets pusher, LiveSockets wires, Addresses addresses, IOptions<SocketOptions> options, TimeProvider time)
    {
        (_pusher, _wires, _addresses, _time) = (pusher, wires, addresses, time);
        var sockets = options.Value;
        var early = sockets.ActivityTimeout * BeatsEarly;
        var silence = (sockets.ActivityTimeout * 2) + sockets.PongTimeout;
        _unpolled = new Unpolled(sockets.MaxUnpolledPerAddress);
        _rules = new HttpSessionRules(sockets.QueueBytes, early < RarestBeat ? early : RarestBeat, silence)
        {
            WithoutReceiver = silence < LongestUnpolled ? silence : LongestUnpolled,
        };
    }

    /// <summary>How many sessions that nobody polls come from an address's network.</summary>
    public int CountUnpolled(IPAddress address) => _unpolled.Count(address);

    /// <summary>The session of a request that receives, opened when there is none; or why the client is not let in.</summary>
    public (OpenSession? Session, CloseReason Refusal) Enter(HttpContext context, FallbackAddress address, RealtimeApp app)
    {
        var opener = Opener.Of(context);
        var caller = new Caller(context.Request.Query["protocol"].ToString(), opener.Origin, context.Connection.RemoteIpAddress);
        lock (_gate)
        {
            if (_byName.TryGetValue((address.Key, address.Session), out var known))
            {
                return known.Opener.Admits(opener) ? (known, default) : (null, Opener.Stranger);
            }

            lock (_pusher.Door)
            {
                if (FindObjection(app, caller) is { } objection)
                {
                    return (null, objection);
                }

                if (Open(context, app, opener, () => Forget(address)) is not { } session)
                {
                    return (null, CloseCodes.UnknownApp);
                }

                _byName[(address.Key, address.Session)] = session;
                return (session, default);
            }
        }
    }

    /// <summary>The session a client sends to; null when there is none that takes it.</summary>
    public OpenSession? Find(HttpContext context, FallbackAddress address)
    {
        lock (_gate)
        {
            return _byName.TryGetValue((address.Key, address.Session), out var known) && known.Opener.Admits(Opener.Of(context))
                ? known
                : null;
        }
    }

    private CloseReason? FindObjection(RealtimeApp app, Caller caller) =>
        _pusher.FindObjection(app, caller) ?? (_unpolled.IsFull(caller.Address) ? CloseCodes.TooManyUnpolled : null);

    private OpenSession? Open(HttpContext context, RealtimeApp app, Opener opener, Action forget)
    {
        var address = context.Connection.RemoteIpAddress;
        var wire = new HttpSession(_rules, _unpolled.PlaceOf(address), _time);
        if (_pusher.Open(wire, app, Listener.Of(context)) is not { } connection)
        {
            wire.Go();
            return null;
        }

        _addresses.Enter(app, address);
        _wires.Add(wire);
        wire.Watch(
            onClosing: () =>
            {
                PusherSockets.Count(wire, connection);
                connection.End();
                _addresses.Leave(app, address);
            },
            onGone: () =>
            {
                forget();
                _wires.Remove(wire);
            });
        return new OpenSession(wire, connection, opener);
    }

    private void Forget(FallbackAddress address)
    {
        lock (_gate)
        {
            _byName.Remove((address.Key, address.Session));
        }
    }
}

/// <summary>A session, the client at its end, and what opened it.</summary>
internal sealed record OpenSession(HttpSession Wire, PusherConnection Connection, Opener Opener);

/// <summary>What a session is bound to. One that nobody signed in for stays open to its page when somebody does.</summary>
internal sealed record Opener(string? UserId, string Origin, string Agent)
{
    public static CloseReason Stranger { get; } = new(4200, "The session was opened by somebody else; connect again");

    public static Opener Of(HttpContext context) => new(
        Listener.Of(context).Identity?.UserId, context.Request.Headers.Origin.ToString(), context.Request.Headers.UserAgent.ToString());

    public bool Admits(Opener other) => (UserId is null || UserId == other.UserId) && (Origin, Agent) == (other.Origin, other.Agent);
}
