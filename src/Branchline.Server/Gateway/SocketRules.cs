namespace Branchline.Server.Gateway;

/// <summary>Why a socket is closed, as the close frame says it. The text is at most 123 bytes.</summary>
internal readonly record struct CloseReason(int Code, string Text)
{
    /// <summary>The peer closed, or nothing is left to say.</summary>
    public static CloseReason Done { get; } = new(1000, "Done");

    /// <summary>A frame of a kind that this wire does not have.</summary>
    public static CloseReason TextOnly { get; } = new(1003, "Text frames only");

    /// <summary>Our mistake; the log has its cause.</summary>
    public static CloseReason Internal { get; } = new(1011, "Internal error");
}

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

    /// <summary>How many frames may wait for a peer before it counts as too slow.</summary>
    public int QueueCapacity { get; init; } = 1024;

    /// <summary>How often a WebSocket ping goes out, and how long its pong may take: finds dead peers that TCP would keep for hours.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a goodbye may take before the connection is cut.</summary>
    public TimeSpan Goodbye { get; init; } = TimeSpan.FromSeconds(5);
}
