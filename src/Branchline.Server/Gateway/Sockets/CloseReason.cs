namespace Branchline.Server.Gateway.Sockets;

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
