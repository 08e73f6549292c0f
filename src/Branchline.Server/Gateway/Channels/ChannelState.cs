using Branchline.Server.Gateway.Channels.People;

namespace Branchline.Server.Gateway.Channels;

/// <summary>A channel at one moment.</summary>
internal sealed record ChannelState(ChannelName Name, int Subscriptions, IReadOnlyList<Member> Members, CachedEvent? Cached)
{
    /// <summary>Nobody is there, and nothing is kept.</summary>
    public static ChannelState Empty(ChannelName name) => new(name, 0, [], null);
}

/// <summary>The last event of a cache channel: its data as JSON, and how long it is kept yet.</summary>
internal sealed record CachedEvent(ReadOnlyMemory<byte> Data, TimeSpan Left);
