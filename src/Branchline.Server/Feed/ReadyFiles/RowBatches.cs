using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Branchline.Server.Feed.ReadyFiles;

/// <summary>
/// Batches that go round between who reads rows from the store and who writes them to the file, each on a thread of its own, so that both are at work
/// at once. How many there are bounds how far one is ahead of the other.
/// </summary>
internal sealed class RowBatches : IDisposable
{
    private const int Count = 4;

    private readonly BlockingCollection<RowBatch> _empty = [];
    private readonly BlockingCollection<RowBatch> _full = [];

    public RowBatches()
    {
        for (var batch = 0; batch < Count; batch++)
        {
            _empty.Add(new RowBatch());
        }
    }

    /// <summary>Waits for one to fill. False when nobody writes any longer.</summary>
    public bool TryTakeEmpty([MaybeNullWhen(false)] out RowBatch batch, CancellationToken cancellationToken) =>
        _empty.TryTake(out batch, Timeout.Infinite, cancellationToken);

    public void Hand(RowBatch batch) => _full.Add(batch, CancellationToken.None);

    /// <summary>There are no more rows.</summary>
    public void Complete() => _full.CompleteAdding();

    /// <summary>Writes every batch as it comes, until there are no more.</summary>
    public void WriteAll(Action<RowBatch> write)
    {
        try
        {
            foreach (var batch in _full.GetConsumingEnumerable(CancellationToken.None))
            {
                write(batch);
                batch.Clear();
                _empty.Add(batch, CancellationToken.None);
            }
        }
        finally
        {
            _empty.CompleteAdding();
        }
    }

    public void Dispose()
    {
        _empty.Dispose();
        _full.Dispose();
    }
}
