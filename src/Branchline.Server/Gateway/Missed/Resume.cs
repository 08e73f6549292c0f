namespace Branchline.Server.Gateway.Missed;

/// <summary>What a client that can use missed events knows of a channel. A position without an epoch asks for none, only for positions from here on.</summary>
/// <param name="Epoch">Of the position it was last told.</param>
/// <param name="Offset">Of the position it was last told.</param>
/// <param name="Received">Events it has received since.</param>
/// <param name="Sockets">Its earlier connections' ids since.</param>
internal sealed record Resume(string? Epoch, long Offset, int Received, IReadOnlyList<string> Sockets)
{
    public static Resume Fresh { get; } = new(null, 0, 0, []);

    /// <summary>Its connection now.</summary>
    public string? Own { get; init; }

    /// <summary>Where the position is in the feed, as it was told; null on channels that are not fed from tables.</summary>
    public string? Seq { get; init; }

    /// <summary>The connections, those of before and that of now: what was not meant for one of them is not told.</summary>
    public HashSet<string> AllSockets() => Own is null ? new(Sockets, StringComparer.Ordinal) : new(Sockets, StringComparer.Ordinal) { Own };

    /// <summary>What the feed tells after the position, when it was read.</summary>
    public FedEvents? Fed { get; init; }
}

/// <summary>A channel's events of the changes after <paramref name="After"/> up to <paramref name="To"/>, oldest first.</summary>
internal sealed record FedEvents(long After, long To, ArraySegment<MissedEvent> Events)
{
    public long Bytes { get; } = Events.Sum(one => (long)one.Frame.Length);

    /// <summary>The same for somebody who was away shorter.</summary>
    public FedEvents Later(long after)
    {
        var start = 0;
        while (start < Events.Count && Events[start].Seq <= after)
        {
            start++;
        }

        return after == After ? this : new FedEvents(after, To, Events[start..]);
    }
}
