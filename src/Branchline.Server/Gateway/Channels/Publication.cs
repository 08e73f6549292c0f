using Branchline.Server.Fanout.Channels;

namespace Branchline.Server.Gateway.Channels;

/// <summary>An event on its way to a channel.</summary>
/// <param name="Name">The event's name.</param>
/// <param name="Data">What it tells, as JSON: a string from backends, whatever it was from clients.</param>
internal readonly record struct Publication(string Name, ReadOnlyMemory<byte> Data)
{
    /// <summary>Of the row it tells of; null when it tells of none.</summary>
    public string? Scope { get; init; }

    /// <summary>The change it tells of; 0 when it tells of none.</summary>
    public long Seq { get; init; }

    /// <summary>The connection that is not to hear it.</summary>
    public string? ExceptSocketId { get; init; }

    /// <summary>The speaker in a presence channel, as JSON.</summary>
    public string? UserIdJson { get; init; }

    /// <summary>A client said it: a cache channel does not keep it.</summary>
    public bool IsFromClient { get; init; }

    /// <summary>Named as the protocol's own events are: clients do not count it as an event of the channel, and it is not told later.</summary>
    public bool IsReserved =>
        Name.StartsWith("pusher:", StringComparison.Ordinal)
        || Name.StartsWith("pusher_internal:", StringComparison.Ordinal)
        || Name.StartsWith("branchline:", StringComparison.Ordinal);
}
