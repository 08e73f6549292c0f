using Branchline.Server.Fanout.Channels;
using Branchline.Server.Gateway.Channels.People;
using Branchline.Server.Gateway.Missed;

namespace Branchline.Server.Gateway.Channels;

/// <summary>One connection's subscription to one channel.</summary>
internal sealed record Joining(Seat Seat)
{
    /// <summary>Who comes, in a presence channel.</summary>
    public Member? Member { get; init; }

    /// <summary>What they know of the channel already, if they can make use of missed events.</summary>
    public Resume? Resume { get; init; }

    /// <summary>What they are told in the place of "subscription succeeded".</summary>
    public ReadOnlyMemory<byte>? Greeting { get; init; }
}

/// <summary>What became of a <see cref="Joining"/>.</summary>
internal enum Joined
{
    /// <summary>They are in, and were answered.</summary>
    Taken,

    /// <summary>The channel has as many members as it may.</summary>
    Full,

    /// <summary>The channel is no longer the one of its name.</summary>
    Gone,
}
