using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Feed;
using Branchline.Server.Store.Sqlite;
using Microsoft.Extensions.Logging;

namespace Branchline.Server.Mutations;

/// <summary>Runs the mutations of one job inside the open transaction: known numbers, savepoints, outcomes, the tray.</summary>
internal sealed partial class JobRunner(
    SqliteStore store, WriteSession session, MutationExecutor executor, OutcomeBook book, Incarnations incarnations, ILogger<JobRunner> logger)
{
    private const int MostTries = 5;
    private const int MostFailures = 1000;
    private readonly CaseTables _cases = new(store);
    private readonly Dictionary<Guid, int> _failures = [];

    /// <summary>The number of the last change written so far, committed or not.</summary>
    public long Seq { get; set; }

    /// <summary>Changes written since the last commit.</summary>
    public List<CommittedChange> Changes { get; } = [];

    public PushAnswer Run(WriteJob job, string now)
    {
        if (job.Mutations.Count == 0)
        {
            return new PushAnswer(string.Empty, [], null);
        }

        var device = job.Mutations[0].Device;
        if (job.IsPush && Incarnations.Refuse(book, job) is { } refusal)
        {
            return new PushAnswer(string.Empty, [], refusal);
        }

        var outcomes = job.Options.DryRun ? RunAll(job, now, isolated: true) : RunTogether(job, now);
        var incarnation = job.IsPush ? incarnations.Rotate(book, device, job) : string.Empty;
        return new PushAnswer(incarnation, outcomes, null);
    }

    /// <summary>
    /// One savepoint for the whole job, because each costs a copy of every page written after it; only when a mutation fails
    /// for an unexpected reason, all of them run again under a savepoint each.
    /// </summary>
    private List<MutationOutcome> RunTogether(WriteJob job, string now)
    {
        var mark = (Seq, Changes.Count);
        DeviceState[] states = [.. job.Mutations.Select(mutation => mutation.Device).Distinct().Select(book.Device)];
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
            Array.ForEach(states, state => book.Change(state, job.Writer));
            return RunAll(job, now, isolated: true);
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

    /// <summary>The outcome, first or recalled; null when the mutation failed for an unexpected reason and should be sent again.</summary>
    private MutationOutcome? Answer(Mutation mutation, WriteJob job, string now, bool isolated)
    {
        var state = book.Device(mutation.Device);
        if (mutation.N > 0 && mutation.N <= state.LastN && book.FindByNumber(mutation.Device, mutation.N) is { } answered)
        {
            return OutcomeBook.Recall(answered, mutation.N);
        }

        var numbered = mutation.N > 0 ? mutation : mutation with { N = state.LastN + 1 };
        if (book.FindById(mutation.Id) is { } known)
        {
            return Repeat(numbered, known, job, now);
        }

        return isolated ? ExecuteIsolated(numbered, job, now) : Execute(numbered, job, now);
    }

    /// <summary>A mutation id seen before under another number: a device that renumbered, or a REST call sent again.</summary>
    private MutationOutcome Repeat(Mutation mutation, KnownMutation known, WriteJob job, string now)
    {
        if (known.Digest is not null && known.Digest != job.Options.Digest)
        {
            return Settle(mutation, OfAnotherRequest(mutation), job, now);
        }

        var first = OutcomeBook.Recall(known, mutation.N);
        var outcome = first is MutationOutcome.Rejected ? first : new MutationOutcome.AlreadyApplied(known.Seq) { N = mutation.N, Id = mutation.Id };
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
        if (job.Options is { KeepRejected: true, DryRun: false })
        {
            Keep(mutation, rejected, job, now);
            Advance(mutation, rejected, job);
        }

        return rejected;
    }

    /// <summary>A rejected mutation has written nothing, so there is nothing to take back.</summary>
    private MutationOutcome Execute(Mutation mutation, WriteJob job, string now)
    {
        var execution = executor.Execute(mutation, job.Writer, job.Options, Seq + 1);
        if (execution.Outcome is MutationOutcome.Rejected rejected)
        {
            return Settle(mutation, rejected, job, now);
        }

        Seq += execution.Changes.Count;
        Changes.AddRange(job.Options.ExceptSocketId is { } socketId
            ? execution.Changes.Select(change => change with { ExceptSocketId = socketId })
            : execution.Changes);
        Advance(mutation, execution.Outcome, job);
        return execution.Outcome;
    }

    private MutationOutcome? ExecuteIsolated(Mutation mutation, WriteJob job, string now)
    {
        var mark = (Seq, Changes.Count);
        session.Savepoint();
        try
        {
            if (job.Options.DryRun)
            {
                var outcome = executor.Execute(mutation, job.Writer, job.Options, Seq + 1).Outcome;
                session.RollbackToSavepoint();
                return outcome;
            }

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

    private void TakeBack((long Seq, int Changes) mark)
    {
        session.RollbackToSavepoint();
        Seq = mark.Seq;
        Changes.RemoveRange(mark.Changes, Changes.Count - mark.Changes);
    }

    /// <summary>The queue goes on: after some tries a pushed mutation is parked in the tray, whole. Other callers are told at once.</summary>
    private MutationOutcome.Rejected? TakeFailure(Mutation mutation, WriteJob job, Exception exception, string now)
    {
        var tries = job.IsPush ? _failures.GetValueOrDefault(mutation.Id) + 1 : 1;
        LogFailed(exception, mutation.Device, mutation.N, tries);
        if (!job.IsPush)
        {
            return MutationExecutor.Reject(mutation, new Objection(ErrorCodes.Internal, "The node failed on this; its log has the cause"));
        }

        if (tries < MostTries)
        {
            // Mutations that nobody sends again must not pile up; forgetting costs a few more tries.
            if (_failures.Count >= MostFailures)
            {
                _failures.Clear();
            }

            _failures[mutation.Id] = tries;
            return null;
        }

        _failures.Remove(mutation.Id);
        var parked = MutationExecutor.Reject(mutation, new Objection(
            ErrorCodes.Parked, "The node failed on this mutation again and again; it is kept for a person to look at"));
        return Settle(mutation, parked, job, now);
    }

    private void Advance(Mutation mutation, MutationOutcome outcome, WriteJob job)
    {
        book.Save(mutation.Device, outcome, job.Options.Digest);
        book.Change(book.Device(mutation.Device) with { LastN = mutation.N }, job.Writer);
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
}
