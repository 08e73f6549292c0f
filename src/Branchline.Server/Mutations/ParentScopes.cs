using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Mutations;

/// <summary>
/// Rows that are seen where their parent is (<see cref="ScopeRule.Through"/>). They take its scope when they are written, whatever
/// their writer thought it was, and follow when it moves, in the same commit. One whose parent is not there stands by its own field
/// until it comes.
/// </summary>
internal sealed class ParentScopes(WriteSession session, BusinessSchema schema)
{
    // A till waits for the longest mutation before its own.
    private const int MostRows = 20_000;

    private readonly ILookup<string, TableSchema> _children =
        schema.Tables.Values.Where(table => table.Scope.Through is not null).ToLookup(table => ParentOf(table), StringComparer.Ordinal);

    /// <summary>
    /// Whether a deleted parent counts as none. Between nodes of which neither has the last word it may have been elsewhere when each heard that it was gone.
    /// </summary>
    public bool LivingOnly { get; init; }

    /// <summary>Puts every row of the plan where its parent is, and the children of those that moved; the objection to what that led to, or null.</summary>
    public Objection? Follow(MutationPlan plan)
    {
        if (_children.Count == 0)
        {
            return null;
        }

        // A row that is gone stays where it went, also when it was gone before this mutation.
        foreach (var row in plan.Rows.Where(row => row.Table.Scope.Through is not null && row.After.DeletedAt is null).ToList())
        {
            if (Settle(plan, row) is { } objection)
            {
                return objection with { Table = row.Table.Name, Row = row.After.Id };
            }
        }

        // Children found on the way are parents, too: the list grows while it is read.
        for (var index = 0; index < plan.Rows.Count; index++)
        {
            TakeAlong(plan, plan.Rows[index]);
            if (plan.Rows.Count > MostRows && !plan.Writer.IsNode)
            {
                return new Objection(ErrorCodes.BatchTooLarge, $"More than {MostRows} rows would move with it") { Remedy = "Give some of them another parent first" };
            }
        }

        return null;
    }

    private Objection? Settle(MutationPlan plan, PlannedRow row)
    {
        var (table, scope) = (row.Table, row.Table.Scope);
        if (FindParent(plan, table, row.After) is not { } place)
        {
            return plan.Holds(row.ScopeAfter) ? null : WriteChecks.Misplaced(plan, table, row.After);
        }

        if (!plan.Holds(place.Scope))
        {
            // In the words of a row that does not exist: whoever does not see it learns nothing of it, where it is least of all.
            return ReferenceChecks.Broken(table, table.Fields[scope.Through!]);
        }

        if (row.After.Fields.GetValueOrDefault(scope.Field!) == place.Owner)
        {
            return null;
        }

        if (plan.Writes.Exists(write => write.Table == table.Name && write.Id == row.After.Id && write.Fields.ContainsKey(scope.Field!)))
        {
            if (plan.IsStrict && !plan.Writer.IsNode)
            {
                return new Objection(ErrorCodes.ReadOnlyField, $"{table.Name}.{scope.Field} is that of the row {scope.Through} names")
                {
                    Field = scope.Field,
                    Remedy = $"Leave it as it is, or move the row of {ParentOf(table)}",
                };
            }

            plan.KeptFields.Add($"{table.Name}.{scope.Field}");
        }

        row.Put(scope.Field!, place.Owner);
        return null;
    }

    /// <summary>Where the parent is as the mutation leaves it; null when there is none.</summary>
    private (string Scope, FieldValue Owner)? FindParent(MutationPlan plan, TableSchema table, RowImage row)
    {
        var parent = schema.Tables[ParentOf(table)];
        if (!Guid.TryParse(row.Fields.GetValueOrDefault(table.Scope.Through!).AsText, out var id) || plan.Find(parent.Name, id) is not { } found || (LivingOnly && found.DeletedAt is not null))
        {
            return null;
        }

        // A parent that follows another itself is where that one is by the end of the mutation.
        var above = parent.Scope.Through is not null && found.DeletedAt is null ? FindParent(plan, parent, found) : null;
        return above ?? (RowScope.Of(parent, found.Fields), found.Fields.GetValueOrDefault(parent.Scope.Field!));
    }

    private void TakeAlong(MutationPlan plan, PlannedRow parent)
    {
        if (parent.After.DeletedAt is not null || !_children.Contains(parent.Table.Name) || !(parent.IsNew || parent.ScopeBefore != parent.ScopeAfter))
        {
            return;
        }

        foreach (var table in _children[parent.Table.Name])
        {
            var ours = new Dictionary<string, FieldValue>(StringComparer.Ordinal) { [table.Scope.Through!] = FieldValue.Of(parent.After.Id.ToString()) };
            foreach (var stored in session.FindBy(plan.Layout(table.Name), ours, plan.Writer.IsNode ? int.MaxValue : MostRows + 1))
            {
                TakeAlong(plan, parent, table, stored.Id);
            }
        }
    }

    private static void TakeAlong(MutationPlan plan, PlannedRow parent, TableSchema table, Guid id)
    {
        // What this mutation itself wrote is settled; and nobody takes a row out of a scope that they do not hold.
        var isSettled = plan.FindPlanned(table.Name, id) is not null;
        if (!isSettled && plan.FindScope(table.Name, id) is { } scope && plan.Holds(scope) && scope != parent.ScopeAfter)
        {
            plan.Touch(table.Name, id)!.Put(table.Scope.Field!, parent.After.Fields.GetValueOrDefault(parent.Table.Scope.Field!));
        }
    }

    private static string ParentOf(TableSchema table) => table.Fields[table.Scope.Through!].Table!;
}
