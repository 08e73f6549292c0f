using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Feed;
using Branchline.Server.Mutations.Branches;
using Branchline.Server.Mutations.Cases;
using Branchline.Server.Store.Sqlite;
using Microsoft.Extensions.Logging;

namespace Branchline.Server.Mutations;

/// <summary>Runs the mutations of one job inside the open transaction: known numbers, savepoints, outcomes, the tray.</summary>
internal sealed partial class JobRunner(
    SqliteStore store, WriteSession session, MutationExecutor executor, OutcomeBook book, Incarnations incarnations, NodeClock clock,
    StateRunner states, UpBook up, ILogger<JobRunner> logger)
{
    private readonly CaseTables _cases = new(store);
    private readonly CaseRunner _decisions = new(store, session, clock);
    private readonly FailedTries _tries = new();

    // What judges stamps: the node's clock, or during a dry run a copy of it.
    private NodeClock _clock = clock;

    /// <summary>The number of the last change written so far, committed or not.</summary>
    public long Seq { get; set; }

    /// <summary>Changes written since the last commit.</summary>
    public List<CommittedChange> Changes { get; } = [];

    public PushAnswer Run(WriteJob job, string now)
    {
        if (job.Decision is not null)
        {
            return Decide(job, now);
        }

        if (job.Replicated is not null)
        {
            return TakeOver(job.Replicated);
        }

        if (job.Mutations.Count == 0)
        {
            return new PushAnswer(string.Empty, [], null);
        }

        if (job.IsPush && Incarnations.Refuse(book, job) is { } refusal)
        {
            return new PushAnswer(string.Empty, [], refusal);
        }

        if (job.Options.DryRun)
        {
            return new PushAnswer(job.Incarnation ?? string.Empty, Rehearse(job, now), null);
        }

        var outcomes = RunTogether(job, now);
        var incarnation = job.IsPush ? incarnations.Rotate(book, job.Mutations[0].Device, job) : string.Empty;
        return new PushAnswer(incarnation, outcomes, null);
    }

    /// <summary>
    /// One savepoint for the whole job, because each costs a copy of every page written after it; only when a mutation fails
    /// for an unexpected reason, all of them run again under a savepoint each.
    /// </summary>
    private List<MutationOutcome> RunTogether(WriteJob job, string now)
    {
        var mark = MarkHere(job.Mutations.Select(mutation => mutation.Device));
        session.Savepoint();
        try
        {
            var outcomes = RunAll(job, now, isolated: false);
            session.Release();
            return outcomes;
        }
        catch (Exception exception) when (exception is not SqliteFailure { IsUnavailable: true })
        {
            TakeBack(mark);
            return RunAll(job, now, isolated: true);
        }
    }

    /// <summary>
    /// The same run, so that each mutation sees those before it, taken back whole: rows, log, numbers, tray and clock stand as before.
    /// Only a store that is unavailable throws here, and that fails the commit with everything in it.
    /// </summary>
    private List<MutationOutcome> Rehearse(WriteJob job, string now)
    {
        var mark = MarkHere(job.Mutations.Select(mutation => mutation.Device));
        session.Savepoint();
        var own = _clock;
        _clock = own.Copy();
        try
        {
            var outcomes = RunAll(job, now, isolated: true);
            TakeBack(mark);
            return outcomes;
        }
        finally
        {
            _clock = own;
        }
    }

    /// <summary>Nothing of the commit exists: numbers go back, and who is followed is read again.</summary>
    public void RolledBack(long committed)
    {
        Seq = committed;
        try
        {
            up.ReadMasters();
        }
        catch (SqliteFailure)
        {
            // A file that cannot be read either: the next commit fails, too, and it is read again then.
        }
    }

    /// <summary>All of it or nothing: how far the other node was read is written with what was read.</summary>
    private PushAnswer TakeOver(ReplicatedBatch batch)
    {
        var mark = MarkHere([]);
        session.Savepoint();
        try
        {
            var changes = states.Run(batch, Seq);
            session.Release();
            Seq += changes.Count;
            Changes.AddRange(changes);
            return new PushAnswer(string.Empty, [], null);
        }
        catch (Exception exception) when (exception is not SqliteFailure { IsUnavailable: true })
        {
            TakeBack(mark);
            up.ReadMasters();
            LogTakingFailed(exception, batch.Origin);
            return new PushAnswer(string.Empty, [], new PushRefusal(ErrorCodes.Internal, exception.Message));
        }
    }

    /// <summary>A decision's mutation and what its case says of it come together or not at all.</summary>
    private PushAnswer Decide(WriteJob job, string now)
    {
        var shelf = job.Decision is CaseDecision.HandOver given ? JournalDevice.Of(given.Mutation.At.Device) : RestDevice.Of(job.Writer.UserId);
        var mark = MarkHere([shelf]);
        session.Savepoint();
        try
        {
            var answer = _decisions.Run(
                job, now, (mutation, options) => Answer(mutation, job with { Options = options }, now, isolated: true)!,
                (mutation, words) => Shelve(MutationExecutor.Reject(mutation, words), mutation, job, (shelf, now)));
            session.Release();
            return answer;
        }
        catch (Exception exception) when (exception is not SqliteFailure { IsUnavailable: true })
        {
            TakeBack(mark);
            LogDecisionFailed(exception, job.Decision!);
            return new PushAnswer(string.Empty, [], new PushRefusal(ErrorCodes.Internal, "The node failed on this; its log has the cause"));
        }
    }

    private List<MutationOutcome> RunAll(WriteJob job, string now, bool isolated)
    {
        var outcomes = new List<MutationOutcome>(job.Mutations.Count);
        foreach (var mutation in job.Mutations)
        {
            if (Answer(mutation, job, now, isolated) is not { } outcome)
            {
                break;
            }

            outcomes.Add(outcome);
        }

        return outcomes;
    }

    /// <summary>The outcome, first or recalled; null when a pushed mutation failed for an unexpected reason and should be sent again.</summary>
    private MutationOutcome? Answer(Mutation mutation, WriteJob job, string now, bool isolated)
    {
        if (job.Options.Via is { } via && book.FindById(mutation.Id) is { } arrived)
        {
            up.TakeAgain(mutation, via);
            return Repeat(mutation, arrived, job, now);
        }

        var state = book.Device(mutation.Device);
        if (job.Options.Via is null && mutation.N > 0 && mutation.N <= state.LastN && book.FindByNumber(mutation.Device, mutation.N) is { } answered)
        {
            return OutcomeBook.Recall(answered, mutation.N);
        }

        var numbered = mutation.N > 0 ? mutation : mutation with { N = state.LastN + 1 };
        if (job.Options.Via is null && book.FindById(mutation.Id) is { } known)
        {
            return Repeat(numbered, known, job, now);
        }

        return isolated ? ExecuteIsolated(numbered, job, now) : Execute(numbered, job, now);
    }

    /// <summary>A mutation id seen before under another number: a device that renumbered, or a REST call sent again.</summary>
    private MutationOutcome Repeat(Mutation mutation, KnownMutation known, WriteJob job, string now)
    {
        if (job.Options.Via is null && known.Digest is not null && known.Digest != job.Options.Digest)
        {
            return Settle(mutation, OfAnotherRequest(mutation), job, now);
        }

        var first = OutcomeBook.Recall(known, mutation.N);

        // A branch takes over what was merged otherwise, and may have missed that it was.
        var isWhole = first is MutationOutcome.Rejected || (job.Options.Via is not null && (first is MutationOutcome.Merged || first.Restamped is not null));
        var outcome = isWhole ? first : new MutationOutcome.AlreadyApplied(known.Seq) { N = mutation.N, Id = mutation.Id };
        if (job.IsPush)
        {
            Advance(mutation, outcome, job);
        }

        return outcome;
    }

    private static MutationOutcome.Rejected OfAnotherRequest(Mutation mutation) => MutationExecutor.Reject(
        mutation,
        new Objection(ErrorCodes.IdempotencyKeyReused, "This idempotency key was used for another request") { Remedy = "Use a new key" });

    /// <summary>A rejection is kept and uses the number up, unless its caller is told at once and keeps it.</summary>
    private MutationOutcome.Rejected Settle(Mutation mutation, MutationOutcome.Rejected rejected, WriteJob job, string now)
    {
        // What this node does not know yet it may know once it is brought up to date: the branch keeps it until then.
        if (job.Options.Via is not null && rejected.Code is ErrorCodes.UnknownTable or ErrorCodes.UnknownField)
        {
            return rejected;
        }

        if (job.Options.KeepRejected)
        {
            Keep(mutation, rejected, job, now);
            Advance(mutation, rejected, job);
        }

        return rejected;
    }

    /// <summary>A rejected mutation has written nothing, so there is nothing to take back.</summary>
    private MutationOutcome Execute(Mutation mutation, WriteJob job, string now)
    {
        var at = _clock.Accept(mutation.At);
        var execution = executor.Execute(mutation, job, at, Seq + 1);
        var outcome = at == mutation.At ? execution.Outcome : execution.Outcome with { Restamped = new Restamping(mutation.At, at) };
        if (outcome is MutationOutcome.Rejected rejected)
        {
            return Settle(mutation, rejected, job, now);
        }

        up.Take(execution.Plan, mutation, job.Options.Strict ? Seq : execution.Plan.KnownSeq);
        Seq += execution.Changes.Count;
        Changes.AddRange(job.Options.ExceptSocketId is { } socketId
            ? execution.Changes.Select(change => change with { ExceptSocketId = socketId })
            : execution.Changes);
        Advance(mutation, outcome, job);
        return outcome;
    }

    private MutationOutcome? ExecuteIsolated(Mutation mutation, WriteJob job, string now)
    {
        var mark = MarkHere([mutation.Device]);
        session.Savepoint();
        try
        {
            var executed = Execute(mutation, job, now);
            session.Release();
            return executed;
        }
        catch (Exception exception) when (exception is not SqliteFailure { IsUnavailable: true })
        {
            TakeBack(mark);
            return TakeFailure(mutation, job, exception, now);
        }
    }

    private Mark MarkHere(IEnumerable<DeviceId> devices) => new(Seq, Changes.Count, [.. devices.Distinct().Select(book.Mark)]);

    private void TakeBack(Mark mark)
    {
        session.RollbackToSavepoint();
        Seq = mark.Seq;
        Changes.RemoveRange(mark.Changes, Changes.Count - mark.Changes);
        Array.ForEach(mark.Devices, book.Restore);
    }

    /// <summary>The queue goes on: after some tries a pushed mutation is parked in the tray, whole. Other callers are told at once.</summary>
    private MutationOutcome.Rejected? TakeFailure(Mutation mutation, WriteJob job, Exception exception, string now)
    {
        var tries = _tries.Next(mutation.Id);
        LogFailed(exception, mutation.Device, mutation.N, tries);
        if (!job.IsPush && job.Options.Via is null)
        {
            return MutationExecutor.Reject(mutation, new Objection(ErrorCodes.Internal, "The node failed on this; its log has the cause"));
        }

        if (!job.Options.DryRun)
        {
            _tries.Keep(mutation.Id, tries);
        }

        if (!FailedTries.IsLast(tries))
        {
            return null;
        }

        if (!job.Options.DryRun)
        {
            _tries.Forget(mutation.Id);
        }

        var parked = MutationExecutor.Reject(mutation, new Objection(
            ErrorCodes.Parked, "The node failed on this mutation again and again; it is kept for a person to look at"));
        return Settle(mutation, parked, job, now);
    }

    private void Advance(Mutation mutation, MutationOutcome outcome, WriteJob job)
    {
        var (device, number) = job.Options.Via is { } via ? FreeNumber(mutation, via) : (mutation.Device, mutation.N);
        book.Save(device, outcome with { N = number }, job.Options.Digest, job.Writer.UserId);
        var state = book.Device(device);
        book.Change(state with { LastN = Math.Max(state.LastN, number), Via = job.Options.Via }, job.Writer);
    }

    /// <summary>
    /// Where the outcome of a forwarded mutation is written down: under its own number, or where a copy of its device has used that here, under one of
    /// the branch's.
    /// </summary>
    private (DeviceId Device, long N) FreeNumber(Mutation mutation, string via)
    {
        // No number after the last is used.
        if (mutation.N > 0 && (mutation.N > book.Device(mutation.Device).LastN || book.FindByNumber(mutation.Device, mutation.N) is null))
        {
            return (mutation.Device, mutation.N);
        }

        var branch = new DeviceId(RestDevice.Prefix + via);
        return (branch, book.Device(branch).LastN + 1);
    }

    /// <summary>Whole and under its own number in the tray; its outcome under a number of the shelf, which its device has not used.</summary>
    private void Shelve(MutationOutcome.Rejected rejected, Mutation mutation, WriteJob job, (DeviceId Shelf, string Now) where)
    {
        Keep(mutation, rejected, job, where.Now);
        var numbered = mutation with { Device = where.Shelf, N = book.Device(where.Shelf).LastN + 1 };
        Advance(numbered, rejected with { N = numbered.N }, job);
    }

    private void Keep(Mutation mutation, MutationOutcome.Rejected rejected, WriteJob job, string now)
    {
        var payload = JsonSerializer.Serialize(mutation, ProtocolJson.Default.Mutation);
        _cases.Keep(
            new TrayEntry(
                mutation.Id, mutation.Device.Value, mutation.N, job.Writer.UserId, rejected.Code, rejected.Reason, payload)
            {
                Table = rejected.Table,
                Field = rejected.Field,
                Remedy = rejected.Remedy,
            },
            now);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Mutation {Device}/{Number} failed unexpectedly, try {Try}")]
    private partial void LogFailed(Exception exception, DeviceId device, long number, int @try);

    [LoggerMessage(Level = LogLevel.Error, Message = "Changes of {Origin} could not be taken over; nothing of them was written, and they are read again")]
    private partial void LogTakingFailed(Exception exception, string origin);

    [LoggerMessage(Level = LogLevel.Error, Message = "The node failed on the decision {Decision}")]
    private partial void LogDecisionFailed(Exception exception, CaseDecision decision);

    /// <summary>Where to go back to when what follows is taken back.</summary>
    private readonly record struct Mark(long Seq, int Changes, DeviceMark[] Devices);
}
