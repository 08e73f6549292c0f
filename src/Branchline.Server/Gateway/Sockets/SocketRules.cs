namespace Branchline.Server.Gateway.Sockets;

/// <summary>What one wire allows on its sockets, and how it says goodbye.</summary>
internal sealed record SocketRules
{
    /// <summary>The largest message taken.</summary>
    public required int MaxMessageBytes { get; init; }

    /// <summary>A message was larger.</summary>
    public required CloseReason TooBig { get; init; }

    /// <summary>The peer reads too slowly; it comes back and catches up.</summary>
    public required CloseReason TooSlow { get; init; }

    /// <summary>The node is stopping.</summary>
    public required CloseReason Restarting { get; init; }

    /// <summary>The peer is silent even to WebSocket pings, or does not finish a message.</summary>
    public CloseReason Unheard { get; init; } = new(1001, "Nothing was heard for too long");

    /// <summary>How many bytes may wait for a peer before it counts as too slow.</summary>
    public int QueueBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>After how much silence a WebSocket ping goes out, and how long its pong may take: finds dead peers that TCP would keep for hours.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a message may take from its first byte to its last.</summary>
    public TimeSpan MessageWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a goodbye may take before the connection is cut.</summary>
    public TimeSpan Goodbye { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What a peer that sends no messages is asked, if anything.</summary>
    public Question? Question { get; init; }
}

/// <summary>Finds peers whose connection lives and whose program does not: any message counts as an answer.</summary>
internal sealed record Question(ReadOnlyMemory<byte> Text, TimeSpan After, TimeSpan Within, CloseReason NoAnswer);
