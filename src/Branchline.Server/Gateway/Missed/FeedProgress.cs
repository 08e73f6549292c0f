using Branchline.Server.Feed;

namespace Branchline.Server.Gateway.Missed;

/// <summary>
/// The change whose events are being announced. Set before anybody looks for the channels it is for: a channel that was not there then
/// finds it here and knows that it is past that change.
/// </summary>
internal sealed class FeedProgress(FeedMarks marks)
{
    private long _seq = marks.Head;

    public long Seq => Volatile.Read(ref _seq);

    /// <summary>Called by the one who announces, in order. Nothing that it does next is seen before this.</summary>
    public void Begin(long seq) => Interlocked.Exchange(ref _seq, seq);
}
