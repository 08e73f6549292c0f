namespace Branchline.Server.Gateway.Pusher;

/// <summary>What a connection was opened with.</summary>
internal sealed record PusherSession(Listener Listener, SessionWatch Watch, SocketOptions Options, TimeProvider Time);
