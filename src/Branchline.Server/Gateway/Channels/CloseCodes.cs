using Branchline.Server.Gateway.Sockets;

namespace Branchline.Server.Gateway.Channels;

/// <summary>
/// The protocol's codes, as pusher-js acts on them: 4000 to 4099 make a client stay away until its page is loaded again, so they
/// stand only for what will not heal by itself; 4100 to 4199 come back after a second, 4200 to 4299 at once.
/// </summary>
internal static class CloseCodes
{
    public const int NotAllowed = 4009;
    public const int InvalidMessage = 4200;
    public const int OverLimit = 4100;
    public const int ClientEventRejected = 4301;
    public const int WatchlistTooLong = 4302;

    public static CloseReason UnknownApp { get; } = new(4001, "There is no app with this key; it is the value of PUSHER_APP_KEY on the server");
    public static CloseReason AppDisabled { get; } = new(4003, "The app is disabled");
    public static CloseReason UnknownPath { get; } = new(4005, "There is nothing at this path; Pusher clients connect to /app/KEY");
    public static CloseReason UnsupportedVersion { get; } = new(4007, "The protocol version is not supported; use 7");
    public static CloseReason NoVersion { get; } = new(4008, "The protocol version is missing; add ?protocol=7");
    public static CloseReason BadVersion { get; } = new(4006, "The protocol version is not a number; use 7");
    public static CloseReason ForeignOrigin { get; } = new(4009, "Pages of this origin may not connect to the app");
    public static CloseReason Terminated { get; } = new(4009, "The connection was ended by the app");
    public static CloseReason NotAuthorized { get; } = new(4009, "Neither signed in nor in a private channel in time (Limits:SignInTimeout)");
    public static CloseReason TooManyFromAddress { get; } = new(4100, "Too many connections from this address (Limits:MaxConnectionsPerAddress); try again later");
    public static CloseReason TooManyUnpolled { get; } = new(4100, "Too many sessions of this address that nobody polls (Gateway:MaxUnpolledPerAddress); try again later");
    public static CloseReason OverCapacity { get; } = new(4100, "Too many connections (Gateway:MaxConnections); try again later");
    public static CloseReason AppFull { get; } = new(4100, "Too many connections of this app (Limits:MaxConnections); try again later");
    public static CloseReason Stopping { get; } = new(4100, "The server is stopping; try again later");
    public static CloseReason TooSlow { get; } = new(4100, "Too slow to read: more waits than Gateway:QueueBytes; connect again");
    public static CloseReason Abuse { get; } = new(4100, "Too many invalid messages");
    public static CloseReason TooBig { get; } = new(1009, "The message is too big (Gateway:MaxMessage)");
    public static CloseReason Restarting { get; } = new(4200, "The server restarts; connect again");
    public static CloseReason RightsChanged { get; } = new(4200, "The session ended or its rights changed; connect again");
    public static CloseReason NoPong { get; } = new(4201, "No pong in time (Gateway:PongTimeout); connect again");
}
