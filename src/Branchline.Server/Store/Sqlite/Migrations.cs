using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Store.Sqlite;

/// <summary>Brings the database to the declared schema. Adding is done at start and recorded in <c>schema_migrations</c>.</summary>
internal sealed class Migrations(Database database, TimeProvider time)
{
    public void Apply(BusinessSchema schema)
    {
        database.Execute("BEGIN IMMEDIATE");
        database.Execute(SystemTables.Create);
        foreach (var table in schema.Tables.Values)
        {
            AddMissing(table, schema);
        }

        database.Execute("COMMIT");
    }

    private void AddMissing(TableSchema table, BusinessSchema schema)
    {
        var known = KnownColumns(table.Name);
        var layout = new TableLayout(table);
        if (known.Count == 0)
        {
            Run($"Create table {table.Name}", CreateTable(layout));
        }

        foreach (var column in layout.Columns.Where(column => !known.Contains(column.Name)))
        {
            if (known.Count > 0)
            {
                Run($"Add {table.Name}.{column.Name}", $"ALTER TABLE {layout.Name} ADD COLUMN {Define(column)}");
            }

            Remember(table.Name, column);
        }

        foreach (var (name, sql) in Indexes(table, schema))
        {
            if (database.Scalar($"SELECT name FROM sqlite_master WHERE type = 'index' AND name = '{name}'") is null)
            {
                Run($"Add index {name}", sql);
            }
        }
    }

    private static string CreateTable(TableLayout layout) =>
        $"CREATE TABLE {layout.Name} (_no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, _at TEXT NOT NULL, "
        + "_first INTEGER NOT NULL, _seq INTEGER NOT NULL, _stamps TEXT, _deleted TEXT, "
        + string.Join(", ", layout.Columns.Select(Define)) + ")";

    private static string Define(Column column) => $"{TableLayout.Quote(column.Name)} {TableLayout.SqlType(column.Type)}";

    /// <summary>One index for each field that is looked up by, each unique set, each sum's match and its counts.</summary>
    private static IEnumerable<(string Name, string Sql)> Indexes(TableSchema table, BusinessSchema schema)
    {
        foreach (var field in table.Fields.Values)
        {
            if (field.Index || field.Type == FieldType.Ref || field.Name == table.Scope.Field || field.Name == table.Workflow?.Field)
            {
                yield return Index(table.Name, [field.Name]);
            }
        }

        foreach (var set in table.Unique)
        {
            yield return Index(table.Name, set);
        }

        foreach (var sum in SumsOver(schema, table.Name))
        {
            string[] match = [.. sum.Match.Values.Order(StringComparer.Ordinal)];
            yield return Index(table.Name, [.. match, "_at"]);
            if (sum.Count is { } count)
            {
                var (name, sql) = Index(table.Name, [.. match, "_at"], "counts");
                yield return (name, $"{sql} WHERE {TableLayout.Quote(count.Field)} = '{count.Value}'");
            }
        }
    }

    private static IEnumerable<SumRule> SumsOver(BusinessSchema schema, string ledger) =>
        from other in schema.Tables.Values
        from field in other.Fields.Values
        where field.Sum?.Ledger == ledger
        select field.Sum;

    private static (string Name, string Sql) Index(string table, IReadOnlyList<string> fields, string suffix = "by")
    {
        var name = $"{table}_{suffix}_{string.Join('_', fields)}";
        return (name, $"CREATE INDEX IF NOT EXISTS \"{name}\" ON \"{table}\" ({string.Join(", ", fields.Select(TableLayout.Quote))})");
    }

    private HashSet<string> KnownColumns(string table)
    {
        using var statement = database.PrepareOnce("SELECT name FROM _columns WHERE tbl = ?1").Bind(1, table);
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (statement.Step())
        {
            names.Add(statement.Text(0));
        }

        return names;
    }

    private void Remember(string table, Column column)
    {
        using var statement = database.PrepareOnce("INSERT INTO _columns (tbl, name, type) VALUES (?1, ?2, ?3)");
        statement.Bind(1, table).Bind(2, column.Name).Bind(3, $"{column.Type}:{column.Scale}").Run();
    }

    private void Run(string description, string sql)
    {
        database.Execute(sql);
        using var statement = database.PrepareOnce(
            "INSERT INTO schema_migrations (applied_at, description, sql) VALUES (?1, ?2, ?3)");
        statement.Bind(1, TimestampConverter.Format(time.GetUtcNow())).Bind(2, description).Bind(3, sql).Run();
    }
}
