using Branchline.Server.Fanout;

namespace Branchline.Server.Gateway.Sockets;

/// <summary>One client's connection, whatever carries it: a WebSocket, or HTTP requests in the place of one.</summary>
internal abstract class Wire : Subscriber
{
    /// <summary>Whether the client was sent away because it read too slowly.</summary>
    public bool IsTooSlow { get; protected set; }

    /// <summary>Why it is closed when the node stops.</summary>
    public abstract CloseReason Restarting { get; }

    /// <summary>Sends a message of its own to this client. Never waits.</summary>
    public void Say(ReadOnlyMemory<byte> text) => Send(TextFrame.Encode(text.Span));

    /// <summary>Says goodbye once what waits is sent. The first reason given stands.</summary>
    public abstract void Close(CloseReason reason);

    /// <summary>Looks at the clocks; called by the sweep every moment, see <see cref="LiveSockets"/>.</summary>
    public abstract void Check();
}
