using Branchline.Protocol;
using Branchline.Protocol.Checks;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Mutations.Branches;

/// <summary>
/// Judges a row that a branch offers without being asked, as if somebody had written what it makes of the row here: access, fields, states of the workflow,
/// unique sets and rules. By which stamp each field was written is the offer's own.
/// </summary>
internal sealed class OfferJudge(BusinessSchema schema, PlanChecks checks, TimeProvider time)
{
    private static readonly Dictionary<string, FieldValue> NoFields = [];

    /// <summary>What speaks against the row as the plan has it, or null.</summary>
    public Objection? FindObjection(MutationPlan plan, BranchChange change)
    {
        if (plan.FindPlanned(change.Table, change.Id) is not { } row || WriteOf(row) is not { } write)
        {
            return null;
        }

        if (FindWrittenOnce(row) is { } once)
        {
            return new Objection(ErrorCodes.ReadOnlyField, $"{row.Table.Name}.{once} was written once and stays");
        }

        if (RowChecks.Check(schema, write, Stateless(row), plan.Writer.Role, time.GetUtcNow(), out _) is { } error)
        {
            return new Objection(error.Code, error.Reason);
        }

        plan.Writes.Add(write);
        return checks.FindOfRow(plan);
    }

    /// <summary>The write that would have done it; null where no value changes.</summary>
    private static RowWrite? WriteOf(PlannedRow row)
    {
        if (row.IsDeleted)
        {
            return new RowWrite(row.Table.Name, row.After.Id, WriteKind.Delete, NoFields);
        }

        var fields = row.After.Fields.Where(field => IsWritten(row, field)).ToDictionary(StringComparer.Ordinal);
        return fields.Count == 0 ? null : new RowWrite(row.Table.Name, row.After.Id, row.IsNew ? WriteKind.Insert : WriteKind.Update, fields);
    }

    // One row may have several moves behind it: what counts is whether rows may be moved to where it is.
    private static Dictionary<string, FieldValue>? Stateless(PlannedRow row)
    {
        if (row.Before is not { } before)
        {
            return null;
        }

        var fields = new Dictionary<string, FieldValue>(before.Fields, StringComparer.Ordinal);
        if (row.Table.Workflow is { } workflow)
        {
            fields[workflow.Field] = FieldValue.Null;
        }

        return fields;
    }

    private static bool IsWritten(PlannedRow row, KeyValuePair<string, FieldValue> field) =>
        row.Table.Fields.TryGetValue(field.Key, out var declared) && declared.Sum is null && (row.IsNew ? !field.Value.IsNull : row.Changed.Contains(field.Key));

    private static string? FindWrittenOnce(PlannedRow row) =>
        row.Before is not { } before ? null
        : row.Changed.FirstOrDefault(name => row.Table.Fields.GetValueOrDefault(name)?.Merge == MergePolicy.WriteOnce && !before.Fields.GetValueOrDefault(name).IsNull);
}
