using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Store;

namespace Branchline.Server.Mutations.Branches;

/// <summary>
/// Takes another node's change of a row into the plan. As the last word it is taken as it is; otherwise each field is settled by its policy from the two
/// values and their stamps alone, so that nodes that hear of the same writes in any order end equal.
/// </summary>
internal static class StateMerge
{
    private static readonly Dictionary<string, string> NoStamps = [];

    /// <summary>A change of some fields of a row that this node has not got makes no row: the checksum finds it.</summary>
    public static void Apply(MutationPlan plan, TableSchema table, BranchChange change, Word word)
    {
        var row = plan.Touch(table.Name, change.Id);
        switch (change.Kind)
        {
            case ChangeKind.Leave:
                row?.Leave();
                break;
            case ChangeKind.Delete:
                Delete(row, change);
                break;
            default:
                Set(plan, table, row, change, word);
                break;
        }
    }

    private static void Delete(PlannedRow? row, BranchChange change)
    {
        if (row is { After.DeletedAt: null })
        {
            row.IsDeleted = true;
            row.After.DeletedAt = change.At.ToString();
        }
    }

    private static void Set(MutationPlan plan, TableSchema table, PlannedRow? row, BranchChange change, Word word)
    {
        var fields = Known(table, change.Fields);
        var isWhole = fields.ContainsKey("created_at");
        if (row is null)
        {
            if (isWhole)
            {
                Create(plan, table, change, fields);
            }

            return;
        }

        if (row.After.DeletedAt is not null)
        {
            // A delete is the last write of a row, unless the master says that it lives.
            if (word != Word.Last || !isWhole)
            {
                return;
            }

            row.Restore();
        }

        Merge(row, change, (fields, isWhole), word);
    }

    private static void Create(MutationPlan plan, TableSchema table, BranchChange change, Dictionary<string, FieldValue> fields)
    {
        var row = plan.Create(table.Name, change.Id, fields);
        row.IsReplicated = true;
        foreach (var (field, stamp) in change.Stamps ?? NoStamps)
        {
            row.Stamp(field, stamp);
        }
    }

    private static void Merge(PlannedRow row, BranchChange change, (Dictionary<string, FieldValue> Fields, bool IsWhole) given, Word word)
    {
        row.IsReplicated = true;
        var (at, isFinal) = (change.At.ToString(), word == Word.Last);

        // Nulls of a whole row are left out on the wire.
        var names = given.IsWhole ? row.Layout.ColumnNames.Where(name => !IsSum(row.Table, name)) : given.Fields.Keys;
        foreach (var name in names)
        {
            var value = given.Fields.GetValueOrDefault(name);
            if (name is "created_at" or "updated_at")
            {
                // A change of some fields says when they changed; what this node sent up since is later.
                Keep(row, name, value, isFinal && given.IsWhole ? Word.Last : word == Word.Last ? Word.OfEqual : word);
                continue;
            }

            var stamp = change.Stamps?.GetValueOrDefault(name) ?? at;
            if (isFinal || Wins(row, row.Table.Fields[name], value, (stamp, word)))
            {
                Put(row, row.Table.Fields[name], value, stamp, isFinal);
            }
        }
    }

    // Both only narrow: the earliest creation, the latest change.
    private static void Keep(PlannedRow row, string name, FieldValue value, Word word)
    {
        var current = row.After.Fields.GetValueOrDefault(name);
        var order = string.CompareOrdinal(value.AsText, current.AsText);
        if (value != current && !value.IsNull && (word == Word.Last || current.IsNull || (name == "created_at" ? order < 0 && word != Word.GivenBack : order > 0)))
        {
            row.After.Fields[name] = value;
            row.Changed.Add(name);
        }
    }

    private static void Put(PlannedRow row, FieldSchema field, FieldValue value, string stamp, bool isFinal)
    {
        var current = row.After.Fields.GetValueOrDefault(field.Name);
        var merged = isFinal || field.Merge != MergePolicy.SetUnion ? value : FieldMerge.Union(current, value);
        if (merged != current)
        {
            row.After.Fields[field.Name] = merged;
            row.Changed.Add(field.Name);
            row.MovedTo = field.Name == row.Table.Workflow?.Field ? merged.AsText : row.MovedTo;
        }

        // What two nodes merged has the later of their stamps on both.
        var order = string.CompareOrdinal(stamp, row.After.StampOf(field.Name).At);
        if (isFinal ? order != 0 : order > 0 || (order < 0 && field.Merge != MergePolicy.SetUnion))
        {
            row.Stamp(field.Name, stamp);
        }
    }

    /// <summary>By the two values and stamps alone, and the same from either side.</summary>
    private static bool Wins(PlannedRow row, FieldSchema field, FieldValue value, (string Stamp, Word Word) given)
    {
        var current = row.After.Fields.GetValueOrDefault(field.Name);
        var order = string.CompareOrdinal(given.Stamp, row.After.StampOf(field.Name).At);
        return field.Merge switch
        {
            MergePolicy.SetUnion => true,
            MergePolicy.Max => !value.IsNull && (current.IsNull || IsMore(FieldMerge.Compare(value, current), order)),
            MergePolicy.Min => !value.IsNull && (current.IsNull || IsMore(-FieldMerge.Compare(value, current), order)),
            MergePolicy.WriteOnce => !value.IsNull && (current.IsNull || (order < 0 && given.Word != Word.GivenBack)),
            _ when field.Name == row.Table.Workflow?.Field => FurtherOrNewer(row.Table.Workflow, value, current, order),
            _ => order > 0 || (order == 0 && FieldMerge.Compare(value, current) > 0),
        };
    }

    private static bool IsMore(int comparison, int order) => comparison > 0 || (comparison == 0 && order > 0);

    private static bool FurtherOrNewer(Workflow workflow, FieldValue value, FieldValue current, int order)
    {
        var further = FieldMerge.Place(workflow, value).CompareTo(FieldMerge.Place(workflow, current));
        return further > 0 || (further == 0 && order > 0);
    }

    // What this node has no column for is not lost: it is asked for again once its schema has, see Replication. The copy
    // is the row's own.
    private static Dictionary<string, FieldValue> Known(TableSchema table, IReadOnlyDictionary<string, FieldValue>? fields)
    {
        var known = fields is null ? [] : new Dictionary<string, FieldValue>(fields, StringComparer.Ordinal);
        foreach (var (name, _) in fields ?? known)
        {
            if (!(table.Fields.TryGetValue(name, out var field) ? field.Sum is null : name is "created_at" or "updated_at"))
            {
                known.Remove(name);
            }
        }

        return known;
    }

    // Each node counts its ledgers itself.
    private static bool IsSum(TableSchema table, string name) => table.Fields.GetValueOrDefault(name)?.Sum is not null;
}
