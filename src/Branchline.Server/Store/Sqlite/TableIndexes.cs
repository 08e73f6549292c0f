using Branchline.Protocol.Schema;

namespace Branchline.Server.Store.Sqlite;

/// <summary>An index and the statement that makes it.</summary>
internal sealed record TableIndex(string Name, string Sql);

/// <summary>One index for each field that is looked up by, each unique set, each sum's match and its counts.</summary>
internal static class TableIndexes
{
    public static IEnumerable<TableIndex> Of(TableSchema table, BusinessSchema schema) =>
        Declared(table).Concat(ForSums(table, schema)).DistinctBy(index => index.Name);

    private static IEnumerable<TableIndex> Declared(TableSchema table)
    {
        foreach (var field in table.Fields.Values)
        {
            if (field.Index || field.Type == FieldType.Ref || field.Name == table.Scope.Field || field.Name == table.Workflow?.Field)
            {
                yield return Make(table.Name, [field.Name]);
            }
        }

        foreach (var set in table.Unique)
        {
            yield return Make(table.Name, set);
        }
    }

    private static IEnumerable<TableIndex> ForSums(TableSchema table, BusinessSchema schema)
    {
        var sums = from other in schema.Tables.Values
                   from field in other.Fields.Values
                   where field.Sum?.Ledger == table.Name
                   select field.Sum;
        foreach (var sum in sums)
        {
            string[] match = [.. sum.Match.Values.Order(StringComparer.Ordinal)];
            yield return Make(table.Name, [.. match, "_at"]);
            if (sum.Count is { } count)
            {
                var counts = Make(table.Name, [.. match, "_at"], "counts");
                yield return counts with { Sql = $"{counts.Sql} WHERE {TableLayout.Quote(count.Field)} = '{count.Value}'" };
            }
        }
    }

    private static TableIndex Make(string table, IReadOnlyList<string> fields, string suffix = "by")
    {
        var name = $"{table}_{suffix}_{string.Join('_', fields)}";
        var columns = string.Join(", ", fields.Select(TableLayout.Quote));
        return new TableIndex(name, $"CREATE INDEX {TableLayout.Quote(name)} ON {TableLayout.Quote(table)} ({columns})");
    }
}
