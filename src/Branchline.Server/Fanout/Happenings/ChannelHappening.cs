#pragma warning disable IDE0130 // A namespace of the folder's name would hide the class Happenings from the stage.
namespace Branchline.Server.Fanout;

/// <summary>What an application's backend may be told of. Occupied and vacated, added and removed count over all nodes. These are all there are.</summary>
internal abstract record ChannelHappening
{
    private ChannelHappening(string channel) => Channel = channel;

    /// <summary>Where it happened.</summary>
    public string Channel { get; }

    /// <summary>The first subscriber came.</summary>
    public sealed record Occupied(string Channel) : ChannelHappening(Channel);

    /// <summary>The last subscriber went.</summary>
    public sealed record Vacated(string Channel) : ChannelHappening(Channel);

    /// <summary>A person's first connection joined a presence channel.</summary>
    public sealed record MemberAdded(string Channel, string UserId) : ChannelHappening(Channel);

    /// <summary>A person's last connection left a presence channel.</summary>
    public sealed record MemberRemoved(string Channel, string UserId) : ChannelHappening(Channel);

    /// <summary>A client sent an event to the others. Data is what it sent: a string as it is, anything else as JSON.</summary>
    public sealed record ClientEvent(string Channel, string Event, string Data, string SocketId, string? UserId = null)
        : ChannelHappening(Channel);

    /// <summary>Somebody joined a cache channel that holds nothing.</summary>
    public sealed record CacheMiss(string Channel) : ChannelHappening(Channel);

    /// <summary>The number of subscribers changed.</summary>
    public sealed record SubscriptionCount(string Channel, int Count) : ChannelHappening(Channel);
}
