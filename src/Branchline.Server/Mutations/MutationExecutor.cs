using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Feed;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Mutations;

/// <summary>What one mutation came to inside the transaction.</summary>
internal sealed record Execution(MutationOutcome Outcome, IReadOnlyList<CommittedChange> Changes, MutationPlan Plan);

/// <summary>Runs one mutation inside the open transaction: checks, rules, merge, write. Decides nothing about numbers.</summary>
internal sealed class MutationExecutor(
    SqliteStore store, WriteSession session, PlanChecks whole, TimeProvider time, NodeOptions options)
{
    // A till waits for the longest mutation before its own.
    private const int MostWrites = 1000;

    private readonly WriteChecks _checks = new(store.Schema, options.Zone);
    private readonly ParentScopes _parents = new(session, store.Schema);
    private readonly SumKeeper _sums = new(session, store);
    private readonly PlanWriter _writer = new(session, new CaseTables(store), time);

    /// <summary>
    /// Rejected when anything objects; otherwise everything is written, numbered from <paramref name="firstSeq"/>.
    /// <paramref name="at"/> is the mutation's stamp as accepted.
    /// </summary>
    public Execution Execute(Mutation mutation, WriteJob job, Stamp at, long firstSeq)
    {
        var plan = new MutationPlan(session, store, mutation, job.Writer)
        {
            At = at,
            KnownSeq = KnownTo(mutation, job.Options),
            IsStrict = job.Options.Strict,
            Origin = job.Options.Via,
        };
        if (FindObjection(plan, job.Options) is { } objection)
        {
            return new Execution(Reject(mutation, objection), [], plan);
        }

        _sums.Apply(plan);
        var changes = _writer.Write(plan, mutation.N, firstSeq);
        var seq = changes.Count > 0 ? changes[^1].Seq : firstSeq - 1;
        MutationOutcome outcome = plan.KeptFields.Count > 0
            ? new MutationOutcome.Merged(seq, plan.KeptFields) { N = mutation.N, Id = mutation.Id }
            : new MutationOutcome.Applied(seq) { N = mutation.N, Id = mutation.Id };
        return new Execution(outcome, changes, plan);
    }

    public static MutationOutcome.Rejected Reject(Mutation mutation, Objection objection) =>
        new(objection.Code, objection.Reason)
        {
            N = mutation.N,
            Id = mutation.Id,
            Table = objection.Table,
            Field = objection.Field,
            Remedy = objection.Remedy,
            Row = objection.Row,
        };

    // Who is online and current sees the node as it stands; nothing of it is news to them.
    private long KnownTo(Mutation mutation, ApplyOptions options) =>
        options.Strict ? long.MaxValue : mutation.Base is { } known && ReaderEpochs.LogOf(known) == store.Epoch ? known.Seq : 0;

    private Objection? FindObjection(MutationPlan plan, ApplyOptions options)
    {
        if (plan.Mutation.Writes.Count == 0)
        {
            return new Objection(ErrorCodes.Required, "A mutation has at least one write") { Remedy = "Send the writes" };
        }

        if (plan.Mutation.Writes.Count > MostWrites && !plan.Writer.IsNode)
        {
            return new Objection(ErrorCodes.BatchTooLarge, $"A mutation holds at most {MostWrites} writes") { Remedy = "Split it" };
        }

        if (FindStale(plan, options) is { } stale)
        {
            return stale;
        }

        return _checks.Plan(plan) ?? _parents.Follow(plan) ?? _sums.FindForeign(plan) ?? whole.Find(plan);
    }

    private Objection? FindStale(MutationPlan plan, ApplyOptions options)
    {
        if (options.ExpectedVersion is not { } version)
        {
            return null;
        }

        var write = plan.Mutation.Writes[0];
        return store.Schema.Tables.TryGetValue(write.Table, out var table)
            && plan.Find(write.Table, write.Id) is { DeletedAt: null } row && row.Seq != version
            && plan.Holds(RowScope.Of(table, row.Fields))
            ? new Objection(ErrorCodes.PreconditionFailed, $"The row changed since version {version}")
            {
                Table = write.Table,
                Remedy = "Read the row again and send its new ETag",
            }
            : null;
    }
}
