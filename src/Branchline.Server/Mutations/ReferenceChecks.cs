using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Store;

namespace Branchline.Server.Mutations;

/// <summary>Another live row with these values, or null.</summary>
internal delegate RowImage? FindClash(PlannedRow row, IReadOnlyDictionary<string, FieldValue> values);

/// <summary>References point to live rows, and unique values are not taken.</summary>
internal static class ReferenceChecks
{
    /// <summary>Objections of the whole plan; those to documents of record are flags, the caller decides.</summary>
    public static IEnumerable<Objection> Find(MutationPlan plan, FindClash findClash)
    {
        foreach (var row in plan.Rows)
        {
            if (row.IsDeleted || !(row.IsNew || row.Changed.Count > 0))
            {
                continue;
            }

            foreach (var objection in BrokenReferences(plan, row).Concat(Clashes(plan, row, findClash)))
            {
                yield return objection with { Table = row.Table.Name, Row = row.After.Id };
            }
        }
    }

    /// <summary>Unique values of the plan that are taken, for rows that come as they stand elsewhere: only a set by which a sum is kept is an objection, all others are flagged.</summary>
    public static IEnumerable<Objection> FindClashes(MutationPlan plan, FindClash findClash) =>
        from row in plan.Rows
        where !row.IsDeleted && !row.IsLeaving && row.After.DeletedAt is null && row.Table.Unique.Count > 0 && (row.IsNew || row.Changed.Count > 0)
        from objection in Clashes(plan, row, findClash)
        select objection;

    private static IEnumerable<Objection> BrokenReferences(MutationPlan plan, PlannedRow row)
    {
        foreach (var field in row.Layout.References)
        {
            if ((row.IsNew || row.Changed.Contains(field.Name)) && FindBroken(plan, row.Table, field, row.After) is { } broken)
            {
                yield return broken;
            }
        }
    }

    /// <summary>The objection to a field that names no live row the writer may know of, or null.</summary>
    public static Objection? FindBroken(MutationPlan plan, TableSchema table, FieldSchema field, RowImage row)
    {
        if (field.Type != FieldType.Ref)
        {
            return null;
        }

        var value = row.Fields.GetValueOrDefault(field.Name);
        return value.IsNull || Exists(plan, field.Table!, value) ? null : Broken(table, field);
    }

    /// <summary>The field names no row that the writer may know of.</summary>
    public static Objection Broken(TableSchema table, FieldSchema field) =>
        new(ErrorCodes.BrokenReference, $"{table.Name}.{field.Name} names no row of {field.Table}")
        {
            Table = table.Name,
            Field = field.Name,
            Remedy = $"Send the id of a row of {field.Table}",
        };

    private static bool Exists(MutationPlan plan, string table, FieldValue id) =>
        Guid.TryParse(id.AsText, out var known)
        && plan.FindScope(table, known) is { } scope
        && plan.Holds(scope);

    // The entries of a ledger would count for one of the two rows only.
    private static bool IsOfSum(TableSchema table, IReadOnlyList<string> set) =>
        table.Fields.Values.Any(field => field.Sum is { Create: true } sum && sum.Match.Keys.All(set.Contains));

    /// <summary>A clash with a row the writer could have seen is an objection; two offline writers' clash is only flagged.</summary>
    private static IEnumerable<Objection> Clashes(
        MutationPlan plan, PlannedRow row, FindClash findClash)
    {
        foreach (var set in row.Table.Unique)
        {
            var values = set.ToDictionary(name => name, name => row.After.Fields.GetValueOrDefault(name), StringComparer.Ordinal);
            if (values.Values.Any(value => value.IsNull) || !(row.IsNew || set.Any(row.Changed.Contains)))
            {
                continue;
            }

            if (findClash(row, values) is not { } other)
            {
                continue;
            }

            var objection = new Objection(
                ErrorCodes.UniqueClash, $"Another row of {row.Table.Name} has this {string.Join(" and ", set)}")
            {
                Table = row.Table.Name,
                Field = set[0],
                Row = row.After.Id,
                Remedy = "Choose another value",
            };
            var unseen = set.Max(name => other.StampOf(name).Seq) > plan.KnownSeq && !plan.IsStrict && !IsOfSum(row.Table, set);
            if (unseen)
            {
                plan.Flags.Add(objection);
            }
            else
            {
                yield return objection;
            }
        }
    }
}
