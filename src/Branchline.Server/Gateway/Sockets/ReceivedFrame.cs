namespace Branchline.Server.Gateway.Sockets;

/// <summary>What a client's bytes amount to.</summary>
internal enum FrameKind
{
    None,

    /// <summary>A whole text message, from one frame or several.</summary>
    Text,
    Ping,
    Pong,
    Close,

    /// <summary>The bytes break the protocol; nothing behind them can be read.</summary>
    Violation,
}

/// <summary>One thing a client said. The payload stands until the next one is read.</summary>
internal readonly record struct ReceivedFrame(FrameKind Kind, ReadOnlyMemory<byte> Payload, CloseReason Reason = default);
