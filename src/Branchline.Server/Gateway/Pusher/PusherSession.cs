using Branchline.Server.Access;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Channels.Rights;
using Branchline.Server.Gateway.Sockets;

namespace Branchline.Server.Gateway.Pusher;

/// <summary>What a connection was opened with.</summary>
internal sealed record PusherSession(Hub Hub, ChannelAccess Access, Listener Listener, SocketOptions Options)
{
    public TimeProvider Time => Hub.Time;

    public Identity? Identity => Listener.Identity;

    /// <summary>Whether its channels carry table events.</summary>
    public required bool IsOwnApp { get; init; }
}
