using System.Diagnostics;
using Branchline.Protocol;
using Branchline.Server.Store.Cases;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Mutations.Cases;

/// <summary>Runs the mutation that a decision needs, with the decider's rights.</summary>
internal delegate MutationOutcome RunMutation(Mutation mutation, ApplyOptions options);

/// <summary>Lays a mutation into the tray that was not judged.</summary>
internal delegate void ShelveMutation(Mutation mutation, Objection words);

/// <summary>
/// Judges a decision inside the open transaction and does it: whether the case still waits, which mutation it takes, what the
/// case says from then on. Two people who decide at once are judged one after the other.
/// </summary>
internal sealed class CaseRunner(SqliteStore store, WriteSession session, NodeClock clock)
{
    private readonly CaseTables _cases = new(store);
    private readonly TrayDecisions _tray = new(store);
    private readonly HandOvers _handOvers = new(store);
    private readonly ConflictDecisions _conflicts = new(store, session, clock);

    public PushAnswer Run(WriteJob job, string now, RunMutation run, ShelveMutation shelve)
    {
        var desk = new CaseDesk(job, now, run, shelve);
        return job.Decision switch
        {
            CaseDecision.Resend resend => _tray.Resend(resend, desk),
            CaseDecision.Discard discard => _tray.Discard(discard, desk),
            CaseDecision.HandOver given => _handOvers.Take(given, desk),
            CaseDecision.Undo undo => _conflicts.Undo(undo, desk),
            CaseDecision.Choose choose => _conflicts.Choose(choose, desk),
            CaseDecision.Clear clear => Clear(clear, desk),
            _ => throw new UnreachableException(),
        };
    }

    private PushAnswer Clear(CaseDecision.Clear clear, CaseDesk desk)
    {
        if (CaseRows.FindFlag(store.Writer, clear.Id) is not { } flag)
        {
            return CaseDesk.Missing;
        }

        if (flag.Settled is { } settled)
        {
            return CaseDesk.RefuseSettled(settled);
        }

        _cases.Settle(CaseKind.Flag, flag.Id, desk.Close(Settlement.Cleared));
        _cases.Note(CaseKind.Flag, flag.Id, desk.Step("clear") with { Note = clear.Why });
        return CaseDesk.Done;
    }
}
