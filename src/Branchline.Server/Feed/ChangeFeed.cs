using System.Threading.Channels;

namespace Branchline.Server.Feed;

/// <summary>Every commit in order, as it happens. One reader: the pump. What was missed is read from the log by <see cref="FeedReader"/>.</summary>
internal sealed class ChangeFeed(FeedMarks marks)
{
    private const int Capacity = 1024;

    private readonly Channel<CommittedBatch> _batches = Channel.CreateBounded<CommittedBatch>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true });

    public ChannelReader<CommittedBatch> Batches => _batches.Reader;

    /// <summary>Called by the commit loop after the commit; waits only when the pump is a thousand commits behind.</summary>
    public void Publish(CommittedBatch batch)
    {
        marks.Head = batch.LastSeq;
        if (!_batches.Writer.TryWrite(batch))
        {
            // The commit loop has a thread of its own to block.
            _batches.Writer.WriteAsync(batch).AsTask().GetAwaiter().GetResult();
        }
    }
}
