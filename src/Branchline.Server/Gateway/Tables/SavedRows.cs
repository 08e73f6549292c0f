using Branchline.Server.Store;

namespace Branchline.Server.Gateway.Tables;

/// <summary>
/// The rows of a write as they stand after it. Those of requests with an idempotency key are remembered for a while, so that a
/// repeated request gets the first answer; after that, or after a restart, it gets the rows as they stand.
/// </summary>
internal sealed class SavedRows(RowReader rows)
{
    private const int MostRows = 10_000;

    private readonly Lock _lock = new();

    // First answers by mutation and the order they came in; under the lock.
    private readonly Dictionary<Guid, StoredRow?[]> _answers = [];
    private readonly Queue<Guid> _order = new();
    private int _count;

    /// <summary>The rows in the order of their ids; null for one that the caller may not see or that is gone.</summary>
    public async ValueTask<IReadOnlyList<StoredRow?>> ReadAsync(
        RestTable table, WriteRequest request, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        var found = new StoredRow?[ids.Count];
        if (!table.MayRead(request.Identity))
        {
            return found;
        }

        for (var i = 0; i < found.Length; i++)
        {
            found[i] = await rows.FindAsync(table.Schema, ids[i], request.Identity.Scopes, cancellationToken);
        }

        return request.Key is { } key ? Remember(key.MutationId, found) : found;
    }

    private StoredRow?[] Remember(Guid mutation, StoredRow?[] found)
    {
        lock (_lock)
        {
            if (_answers.TryGetValue(mutation, out var first) && first.Length == found.Length)
            {
                // What the caller may no longer see stays unseen.
                return [.. found.Zip(first, (now, then) => now is null ? null : then)];
            }

            if (_answers.TryAdd(mutation, found))
            {
                _order.Enqueue(mutation);
                _count += found.Length;
            }

            while (_count > MostRows && _order.TryDequeue(out var oldest) && _answers.Remove(oldest, out var forgotten))
            {
                _count -= forgotten.Length;
            }

            return found;
        }
    }
}
