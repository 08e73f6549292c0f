using System.Text.Json;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Store;
using Branchline.Server.Store.Cases;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Mutations.Cases;

/// <summary>
/// A conflict is settled when it is found, or waits where its field's policy is manual:
/// <code>
///   settled ── undo: the lost value is written back ─► undone
///   open ───── choose ─► kept, or lost: written as an undo is
/// </code>
/// The writing back is an ordinary mutation of now. What is in one group comes back together.
/// </summary>
internal sealed class ConflictDecisions(SqliteStore store, WriteSession session, NodeClock clock)
{
    // The same for everybody: writing the lost value would change nothing.
    private static readonly string[] ByValue = [nameof(MergePolicy.Max), nameof(MergePolicy.Min), nameof(MergePolicy.WriteOnce)];

    private readonly CaseTables _cases = new(store);

    public PushAnswer Undo(CaseDecision.Undo undo, CaseDesk desk)
    {
        if (CaseRows.FindConflict(store.Writer, undo.Id) is not { } conflict)
        {
            return CaseDesk.Missing;
        }

        if (conflict.Settled is { } settled)
        {
            return CaseDesk.RefuseSettled(settled);
        }

        if (conflict.IsOpen)
        {
            return CaseDesk.Refuse(ErrorCodes.CaseOpen, "This conflict waits for a choice; there is nothing to undo yet");
        }

        if (ByValue.Contains(conflict.Policy))
        {
            return CaseDesk.Refuse(
                ErrorCodes.ReadOnlyField, $"{conflict.Table}.{conflict.Field} keeps this value by its merge policy: the other one cannot come back");
        }

        var unit = CaseRows.ListUnit(store.Writer, conflict);
        return unit.Any(HasChangedSince)
            ? CaseDesk.Refuse(
                ErrorCodes.PreconditionFailed, $"{conflict.Table}.{conflict.Field} was written again since; change the row itself instead")
            : WriteBack(unit, Settlement.Undone, "undo", desk);
    }

    public PushAnswer Choose(CaseDecision.Choose choose, CaseDesk desk)
    {
        if (CaseRows.FindConflict(store.Writer, choose.Id) is not { } conflict)
        {
            return CaseDesk.Missing;
        }

        if (conflict.Settled is { } settled)
        {
            return CaseDesk.RefuseSettled(settled);
        }

        if (!conflict.IsOpen)
        {
            return CaseDesk.Refuse(ErrorCodes.CaseSettled, "It was settled when it was found; undo it instead");
        }

        var unit = CaseRows.ListUnit(store.Writer, conflict);
        if (choose.TakeLost)
        {
            return WriteBack(unit, Settlement.Lost, "choose", desk);
        }

        foreach (var member in unit)
        {
            _cases.Settle(CaseKind.Conflict, member.Id, desk.Close(Settlement.Kept));
            _cases.Note(CaseKind.Conflict, member.Id, desk.Step("choose"));
        }

        return CaseDesk.Done;
    }

    private PushAnswer WriteBack(IReadOnlyList<StoredConflict> unit, string how, string action, CaseDesk desk)
    {
        var first = unit[0];
        var fields = unit.ToDictionary(
            member => member.Field, member => JsonSerializer.Deserialize(member.Lost.Value, ProtocolJson.Default.FieldValue));
        var mutation = new Mutation(
            desk.Device, 0, DerivedId.Of($"{store.Epoch} conflict {first.Id}"), clock.Next(desk.Device), null,
            [new RowWrite(first.Table, first.Row, WriteKind.Update, fields)]);

        // Whoever decides sees the row as it stands.
        var outcome = desk.Apply(mutation, desk.Options with { Strict = true });
        if (outcome is MutationOutcome.Rejected)
        {
            return CaseDesk.Tell(outcome);
        }

        foreach (var member in unit)
        {
            _cases.Settle(CaseKind.Conflict, member.Id, desk.Close(how));
            _cases.Note(CaseKind.Conflict, member.Id, desk.Step(action, outcome));
        }

        return CaseDesk.Tell(outcome);
    }

    /// <summary>Whether somebody wrote the field after the conflict was settled. A row that is gone is the mutation's to refuse.</summary>
    private bool HasChangedSince(StoredConflict conflict) =>
        store.Layouts.TryGetValue(conflict.Table, out var layout)
        && session.Find(layout, conflict.Row) is { DeletedAt: null } row
        && row.StampOf(conflict.Field).At != conflict.Kept.At;
}
