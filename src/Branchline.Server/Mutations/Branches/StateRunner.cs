using Branchline.Protocol;
using Branchline.Server.Feed;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Mutations.Branches;

/// <summary>Takes over another node's changes inside the open transaction: those that one mutation made there make one stretch of the log here, too.</summary>
internal sealed class StateRunner(SqliteStore store, WriteSession session, UpBook up, NodeClock clock, TimeProvider time)
{
    private readonly SumKeeper _sums = new(session, store);
    private readonly PlanWriter _writer = new(session, new CaseTables(store), time);

    /// <summary>Everything that was written, numbered after <paramref name="last"/>.</summary>
    public List<CommittedChange> Run(ReplicatedBatch batch, long last)
    {
        batch.Before?.Invoke();
        var changes = new List<CommittedChange>();
        foreach (var mutation in Together([.. batch.Changes.Where(change => !batch.IsEqual || !IsAhead(change))]))
        {
            changes.AddRange(Take(batch, mutation, last + changes.Count));
        }

        if (batch.Dropped.Count > 0)
        {
            changes.AddRange(Drop(batch, last + changes.Count));
        }

        batch.After?.Invoke(last + changes.Count);
        return changes;
    }

    private List<CommittedChange> Take(ReplicatedBatch batch, IReadOnlyList<BranchChange> changes, long last)
    {
        var first = changes[0];
        var plan = Plan(batch, first);
        foreach (var change in changes)
        {
            if (store.Schema.Tables.TryGetValue(change.Table, out var table))
            {
                StateMerge.Apply(plan, table, change, !batch.IsEqual && !up.IsWaiting(change.Table, change.Id));
            }
        }

        // What comes later must be stamped later here, too.
        clock.Hear(first.At);
        _sums.Apply(plan);
        plan.Flags.Clear();
        return _writer.Write(plan, first.N, last + 1);
    }

    // A wrong clock cannot win an argument. A master has judged that already; between equals this node does.
    private bool IsAhead(BranchChange change)
    {
        var limit = (time.GetUtcNow() + NodeClock.MostAhead).ToUnixTimeMilliseconds();
        return change.At.Milliseconds > limit
            || change.Stamps?.Values.Any(text => !Stamp.TryParse(text, out var stamp) || stamp.Milliseconds > limit) == true;
    }

    private List<CommittedChange> Drop(ReplicatedBatch batch, long last)
    {
        var at = clock.Next(new DeviceId(batch.Origin));
        var plan = Plan(batch, new BranchChange(0, string.Empty, Guid.Empty, ChangeKind.Leave, null, at, at.Device, 0));
        foreach (var (table, row) in batch.Dropped.Where(row => !up.IsWaiting(row.Table, row.Row)))
        {
            plan.Touch(table, row)?.Leave();
        }

        return _writer.Write(plan, 0, last + 1);
    }

    private MutationPlan Plan(ReplicatedBatch batch, BranchChange change) =>
        new(session, store, new Mutation(change.Device, change.N, Guid.Empty, change.At, null, []), Writer.Node)
        {
            At = change.At,
            KnownSeq = long.MaxValue,
            Origin = batch.Origin,
        };

    // Rows of a snapshot come one by one; a stretch of a log has a mutation's changes side by side.
    private static IEnumerable<IReadOnlyList<BranchChange>> Together(IReadOnlyList<BranchChange> changes)
    {
        for (var start = 0; start < changes.Count;)
        {
            var end = start + 1;
            while (end < changes.Count && changes[end].At == changes[start].At && changes[end].N == changes[start].N)
            {
                end++;
            }

            yield return changes.Skip(start).Take(end - start).ToArray();
            start = end;
        }
    }
}
