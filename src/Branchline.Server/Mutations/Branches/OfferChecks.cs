using Branchline.Protocol;
using Branchline.Protocol.Checks;
using Branchline.Protocol.Schema;
using Branchline.Server.Store;

namespace Branchline.Server.Mutations.Branches;

/// <summary>
/// What another node may offer, as an equal or to a node that was put back to an older copy: whole rows and deletions, of its scopes, of the declared form,
/// with stamps that are none of the future. A ledger's entries stay as they are.
/// </summary>
internal sealed class OfferChecks(BusinessSchema schema, ParentScopes parents, SumKeeper sums, TimeProvider time)
{
    private static readonly string[] Kept = ["created_at", "updated_at"];

    /// <summary>Why the change by itself may not be taken, or null.</summary>
    public string? FindFault(BranchChange change)
    {
        if (!schema.Tables.TryGetValue(change.Table, out var table))
        {
            return $"There is no table {change.Table}";
        }

        if (!AreOfThePast(change))
        {
            return "Its stamps are of the future: a clock is wrong";
        }

        return change.Kind switch
        {
            ChangeKind.Delete => table.Kind == TableKind.Ledger || table.Document ? $"Rows of {table.Name} are not deleted" : null,
            ChangeKind.Enter => IsRow(table, change) ? null : $"It is no whole row of {table.Name} as the schema declares it",
            _ => "Only whole rows and deletions are offered",
        };
    }

    /// <summary>Whether the plan with it touches nothing that the writer may not. What changes nothing is taken.</summary>
    public bool MayTake(MutationPlan plan) =>
        plan.Rows.TrueForAll(row => !row.HasEffect || (plan.Holds(row.ScopeBefore) && plan.Holds(row.ScopeAfter) && !(row.Table.Kind == TableKind.Ledger && !row.IsNew)))
        && parents.Follow(plan) is null && sums.FindForeign(plan) is null;

    private bool AreOfThePast(BranchChange change)
    {
        var limit = (time.GetUtcNow() + NodeClock.MostAhead).ToUnixTimeMilliseconds();
        return change.At.Milliseconds <= limit
            && change.Stamps?.Values.All(text => Stamp.TryParse(text, out var stamp) && stamp.Milliseconds <= limit) != false;
    }

    private bool IsRow(TableSchema table, BranchChange change)
    {
        if (change.Fields is not { } fields || !Array.TrueForAll(Kept, name => IsMoment(fields.GetValueOrDefault(name)))
            || change.Stamps?.Keys.All(table.Fields.ContainsKey) == false)
        {
            return false;
        }

        var own = fields.Where(field => !Kept.Contains(field.Key)).ToDictionary(StringComparer.Ordinal);
        return RowChecks.Check(schema, new RowWrite(table.Name, change.Id, WriteKind.Insert, own), null, Writer.NodeRole, time.GetUtcNow(), out _) is null;
    }

    private bool IsMoment(FieldValue value) =>
        DateTimeOffset.TryParse(value.AsText, System.Globalization.CultureInfo.InvariantCulture, out var moment) && moment <= time.GetUtcNow() + NodeClock.MostAhead;
}
