using Branchline.Protocol;
using Branchline.Server.Feed;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Mutations.Branches;

/// <summary>Takes over another node's changes inside the open transaction: those that one mutation made there make one stretch of the log here, too.</summary>
internal sealed class StateRunner(SqliteStore store, WriteSession session, UpBook up, PlanChecks checks, NodeClock clock, TimeProvider time)
{
    private readonly OfferJudge _judge = new(store.Schema, checks, time);
    private readonly SumKeeper _sums = new(session, store);
    private readonly PlanWriter _writer = new(session, new CaseTables(store), time);
    private readonly ParentScopes _parents = new(session, store.Schema) { LivingOnly = true };
    private readonly OfferChecks _offers = new(store.Schema, new ParentScopes(session, store.Schema) { LivingOnly = true }, new SumKeeper(session, store), time);

    // In the batch that runs: nothing begins to wait for its origin while it does.
    private bool _isAnythingWaiting;

    /// <summary>Everything that was written, numbered after <paramref name="last"/>.</summary>
    public List<CommittedChange> Run(ReplicatedBatch batch, long last)
    {
        batch.Before?.Invoke();
        _isAnythingWaiting = up.IsAnythingWaiting;
        var changes = new List<CommittedChange>();
        foreach (var mutation in batch.Offerer is { } offerer ? WellFormed(batch, offerer) : Together(batch.IsEqual ? OfThePast(batch) : batch.Changes))
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
            if (store.Schema.Tables.TryGetValue(change.Table, out var table) && !Stays(plan, batch, change))
            {
                StateMerge.Apply(plan, table, change, WordOn(batch, change));
            }
        }

        if (batch.Offerer is not null && _offers.FindOutside(plan) is { } outside)
        {
            batch.PassedOver?.Invoke(first, outside);
            return [];
        }

        // A master has moved a row's children itself; of two equals each does.
        if (batch.IsEqual && batch.Offerer is null)
        {
            _parents.Follow(plan);
        }

        if (FindObjection(batch, plan, first) is { } objection)
        {
            batch.PassedOver?.Invoke(first, objection);
            return [];
        }

        // What comes later must be stamped later here, too.
        foreach (var change in changes)
        {
            Hear(change);
        }

        Objection[] flags = [.. plan.Flags];
        _sums.Apply(plan);
        plan.Flags.Clear();
        plan.Flags.AddRange(flags);
        return Write(plan, first.N, last);
    }

    /// <summary>What speaks against taking the plan. Between equals nothing does, or they would never be equal: where a unique value is taken, people are told.</summary>
    private Objection? FindObjection(ReplicatedBatch batch, MutationPlan plan, BranchChange change)
    {
        if (!batch.IsEqual)
        {
            return null;
        }

        if (batch.Offerer is { Word: Word.Judged })
        {
            return _judge.FindObjection(plan, change);
        }

        var ofSums = checks.FindClashes(plan).ToArray();
        if (batch.Offerer is { Word: Word.GivenBack })
        {
            return ofSums.FirstOrDefault();
        }

        plan.Flags.AddRange(ofSums);
        return null;
    }

    private Word WordOn(ReplicatedBatch batch, BranchChange change) =>
        batch.Offerer is { } offerer ? offerer.Word
        : batch.IsEqual || IsWaiting(batch, change.Table, change.Id) ? Word.OfEqual
        : Word.Last;

    private void Hear(BranchChange change)
    {
        clock.Hear(change.At);
        foreach (var text in change.Stamps?.Values ?? [])
        {
            if (Stamp.TryParse(text, out var stamp))
            {
                clock.Hear(stamp);
            }
        }
    }

    // An equal's page is read on all the same: the scope's checksum differs, so it is loaded anew until that time has come.
    private List<BranchChange> OfThePast(ReplicatedBatch batch)
    {
        var taken = new List<BranchChange>(batch.Changes.Count);
        foreach (var change in batch.Changes)
        {
            if (_offers.FindFuture(change) is { } fault)
            {
                batch.PassedOver?.Invoke(change, fault);
                continue;
            }

            taken.Add(change);
        }

        return taken;
    }

    private IEnumerable<IReadOnlyList<BranchChange>> WellFormed(ReplicatedBatch batch, Offerer offerer)
    {
        foreach (var change in batch.Changes)
        {
            if (_offers.FindFault(change, offerer) is { } fault)
            {
                batch.PassedOver?.Invoke(change, fault);
                continue;
            }

            yield return [change];
        }
    }

    // A row that moved is read in both of its scopes, in either order; and an equal has not seen yet what waits for it.
    private bool Stays(MutationPlan plan, ReplicatedBatch batch, BranchChange change) =>
        change.Kind == ChangeKind.Leave
        && ((batch.Scope is { } left && plan.FindScope(change.Table, change.Id) is { } scope && scope != left)
            || (batch.IsEqual && IsWaiting(batch, change.Table, change.Id)));

    private bool IsWaiting(ReplicatedBatch batch, string table, Guid row) => _isAnythingWaiting && up.IsWaiting(batch.Origin, table, row);

    private List<CommittedChange> Drop(ReplicatedBatch batch, long last)
    {
        var at = clock.Next(new DeviceId(batch.Origin));
        var plan = Plan(batch, new BranchChange(0, string.Empty, Guid.Empty, ChangeKind.Leave, null, at, at.Device, 0));
        foreach (var (table, row) in batch.Dropped.Where(row => !IsWaiting(batch, row.Table, row.Row)))
        {
            plan.Touch(table, row)?.Leave();
        }

        return Write(plan, 0, last);
    }

    /// <summary>Writes the plan, and then the sums whose ledger entries went or came back: they are counted anew from what is there.</summary>
    private List<CommittedChange> Write(MutationPlan plan, long number, long last)
    {
        up.Offer(plan);
        var changes = _writer.Write(plan, number, last + 1);
        if (plan.Rows.TrueForAll(row => row.IsNew))
        {
            return changes;
        }

        var counted = Plan(plan);
        _sums.Recount(counted, plan.Rows);
        counted.Flags.Clear();
        if (counted.Rows.Count > 0)
        {
            changes.AddRange(_writer.Write(counted, number, last + changes.Count + 1));
        }

        return changes;
    }

    private MutationPlan Plan(ReplicatedBatch batch, BranchChange change) =>
        new(session, store, new Mutation(change.Device, change.N, Guid.Empty, change.At, null, []), batch.Offerer?.Writer ?? Writer.Node)
        {
            At = change.At,
            KnownSeq = batch.IsEqual ? 0 : long.MaxValue,
            Origin = batch.Origin,
        };

    private MutationPlan Plan(MutationPlan like) =>
        new(session, store, like.Mutation, Writer.Node) { At = like.At, KnownSeq = long.MaxValue, Origin = like.Origin };

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
