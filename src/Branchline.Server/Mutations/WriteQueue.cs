using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Branchline.Server.Mutations;

/// <summary>
/// Jobs on their way to the writer, in three lanes: bulk work moves only when no till waits, and the node's own upkeep only when nobody does.
/// Bounded; whoever adds waits.
/// </summary>
internal sealed class WriteQueue : IDisposable
{
    private const int TillCapacity = 4096;
    private const int BulkCapacity = 64;
    private const int UpkeepCapacity = 1;
    private readonly Channel<WriteJob> _till = Channel.CreateBounded<WriteJob>(TillCapacity);
    private readonly Channel<WriteJob> _bulk = Channel.CreateBounded<WriteJob>(BulkCapacity);
    private readonly Channel<WriteJob> _upkeep = Channel.CreateBounded<WriteJob>(UpkeepCapacity);
    private readonly SemaphoreSlim _waiting = new(0);

    /// <summary>How many wait.</summary>
    public int Count => _till.Reader.Count + _bulk.Reader.Count + _upkeep.Reader.Count;

    public void Dispose() => _waiting.Dispose();

    public async ValueTask AddAsync(WriteJob job, CancellationToken cancellationToken)
    {
        await LaneOf(job).Writer.WriteAsync(job, cancellationToken);
        _waiting.Release();
    }

    /// <summary>Blocks the writer's own thread until there is a job.</summary>
    public WriteJob Take(CancellationToken cancellationToken)
    {
        _waiting.Wait(cancellationToken);
        return _till.Reader.TryRead(out var job) || _bulk.Reader.TryRead(out job) || _upkeep.Reader.TryRead(out job)
            ? job
            : throw new System.Diagnostics.UnreachableException();
    }

    /// <summary>Another job of the till's lane, if one waits.</summary>
    public bool TryTakeTill([NotNullWhen(true)] out WriteJob? job)
    {
        if (_till.Reader.TryRead(out job))
        {
            _waiting.Wait();
            return true;
        }

        return false;
    }

    private Channel<WriteJob> LaneOf(WriteJob job) =>
        job.Upkeep is not null ? _upkeep : job.Options.Lane == Lane.Bulk ? _bulk : _till;
}
