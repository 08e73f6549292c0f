namespace Branchline.Server.Fanout;

/// <summary>One connection as those see it who have something for it.</summary>
internal abstract class Subscriber
{
    /// <summary>
    /// Takes whole WebSocket text frames, see <see cref="TextFrame"/>; they are copied or sent before it returns. Never waits: one slow
    /// till must not hold up the shop. A subscriber that stays behind ends itself.
    /// </summary>
    public abstract void Send(ReadOnlySpan<byte> frames);
}
