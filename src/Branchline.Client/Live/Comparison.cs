using Branchline.Client.Replica;
using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Client.Live;

/// <summary>
/// What a comparison came to: the node's first answer, from which the scope can be read on, its last, and how many rows were put right.
/// </summary>
internal sealed record Compared(Cursor First, Cursor Last, int Repaired);

/// <summary>
/// One comparison of a scope's rows with the node's. What differs travels and is put right, nothing else: whole tables are compared first,
/// then parts of those that differ, down to a few rows.
/// </summary>
internal sealed class Comparison(LocalReplica replica, NodeClient node, ScopeState scope, BusinessSchema schema)
{
    // The node's own limit.
    private const int MostRanges = 64;

    /// <summary><paramref name="mine"/>: this device's own mutations up to it are in what the node answers; null when nobody knows which.</summary>
    public async Task<Answer<Compared>> RunAsync((long Life, long N)? mine, CancellationToken cancellationToken)
    {
        var open = new Queue<CompareRange>();
        foreach (var table in RangeReader.TablesOf(schema, scope))
        {
            open.Enqueue(await RangeAsync(new IdRange(table, null, null), withRows: false, cancellationToken).ConfigureAwait(false));
        }

        // Asked even where nothing can be in the scope: the answer says from where it is read on.
        Compared? compared = null;
        do
        {
            CompareRange[] ranges = [.. Enumerable.Range(0, Math.Min(MostRanges, open.Count)).Select(_ => open.Dequeue())];
            var answer = await node.CompareAsync(new CompareRequest(scope.Name, ranges), cancellationToken).ConfigureAwait(false);
            if (answer.Value is not { } reply)
            {
                return answer.As<Compared>();
            }

            var repaired = await replica.TakeComparedAsync(scope, reply, mine, cancellationToken).ConfigureAwait(false);
            compared = new Compared(compared?.First ?? reply.Cursor, reply.Cursor, (compared?.Repaired ?? 0) + repaired);
            foreach (var range in reply.Ranges.Where(range => !range.Same && range is { Part: null, Gone: null }))
            {
                await DivideAsync(range, open, cancellationToken).ConfigureAwait(false);
            }
        }
        while (open.Count > 0);

        return Answer<Compared>.Of(compared);
    }

    /// <summary>What to ask for next: the rows themselves where there are few, or parts. Where only this device has many it divides by its own.</summary>
    private async Task DivideAsync(ComparedRange range, Queue<CompareRange> open, CancellationToken cancellationToken)
    {
        var whole = new IdRange(range.Table, range.After, range.To);
        var splits = range.Splits ?? [];
        if (splits.Count == 0)
        {
            var rows = await RangeAsync(whole, withRows: true, cancellationToken).ConfigureAwait(false);
            if (rows.Rows is not null)
            {
                open.Enqueue(rows);
                return;
            }

            splits = await replica.Ranges.SplitsAsync(scope, whole, cancellationToken).ConfigureAwait(false);
        }

        Guid?[] bounds = [range.After, .. splits.Select(split => (Guid?)split), range.To];
        for (var part = 1; part < bounds.Length; part++)
        {
            var bounded = new IdRange(range.Table, bounds[part - 1], bounds[part]);
            open.Enqueue(await RangeAsync(bounded, withRows: false, cancellationToken).ConfigureAwait(false));
        }
    }

    private ValueTask<CompareRange> RangeAsync(IdRange range, bool withRows, CancellationToken cancellationToken) =>
        replica.Ranges.RangeAsync(schema, scope, range, withRows, cancellationToken);
}
