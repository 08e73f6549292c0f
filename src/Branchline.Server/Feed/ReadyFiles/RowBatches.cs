using System.Threading.Channels;

namespace Branchline.Server.Feed.ReadyFiles;

/// <summary>
/// Batches that go round between who reads rows from the store and who writes them to the file, so that both are at work at once. As many as there
/// are bound how far one is ahead of the other.
/// </summary>
internal sealed class RowBatches
{
    private const int Count = 4;

    private readonly Channel<RowBatch> _empty = Channel.CreateBounded<RowBatch>(Count);
    private readonly Channel<RowBatch> _full = Channel.CreateBounded<RowBatch>(Count);

    public RowBatches()
    {
        for (var batch = 0; batch < Count; batch++)
        {
            _empty.Writer.TryWrite(new RowBatch());
        }
    }

    /// <summary>One to fill. Throws <see cref="ChannelClosedException"/> when nobody writes any longer.</summary>
    public ValueTask<RowBatch> TakeEmptyAsync(CancellationToken cancellationToken) => _empty.Reader.ReadAsync(cancellationToken);

    public void Hand(RowBatch batch) => _full.Writer.TryWrite(batch);

    /// <summary>There are no more rows.</summary>
    public void Complete() => _full.Writer.TryComplete();

    /// <summary>Writes every batch as it comes.</summary>
    public async Task WriteAllAsync(Action<RowBatch> write)
    {
        try
        {
            await foreach (var batch in _full.Reader.ReadAllAsync())
            {
                write(batch);
                batch.Clear();
                _empty.Writer.TryWrite(batch);
            }
        }
        finally
        {
            _empty.Writer.TryComplete();
        }
    }
}
