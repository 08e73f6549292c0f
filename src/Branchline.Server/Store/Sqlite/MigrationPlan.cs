using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Store.Sqlite;

/// <summary>Compares the database with the schema, table by table.</summary>
internal sealed class MigrationPlan(Database database, BusinessSchema schema)
{
    /// <summary>Everything to do, in order: what adds first.</summary>
    public IReadOnlyList<MigrationStep> Steps()
    {
        var known = ReadNotes();
        var steps = schema.Tables.Values.SelectMany(table => Compare(table, known.GetValueOrDefault(table.Name, [])))
            .Concat(known.Keys.Except(schema.Tables.Keys).Select(DropTable))
            .Concat(schema.Tables.Values.SelectMany(table => MissingIndexes(table)));
        return [.. steps.OrderBy(step => step.IsDestructive)];
    }

    private IEnumerable<MigrationStep> Compare(TableSchema table, IReadOnlyDictionary<string, ColumnNote> known)
    {
        var layout = new TableLayout(table);
        ColumnNote[] wanted = [.. layout.Columns.Select(column => ColumnNote.Of(column, table))];
        if (known.Count == 0)
        {
            string[] notes = [.. wanted.Select(note => Remember(table.Name, note))];
            yield return new MigrationStep($"Create table {table.Name}", [CreateTable(layout), .. notes]);
            yield break;
        }

        foreach (var note in wanted)
        {
            if (known.TryGetValue(note.Name, out var before))
            {
                if (Change(table, before, note) is { } step)
                {
                    yield return step;
                }
            }
            else
            {
                yield return Add(table, note);
            }
        }

        foreach (var gone in known.Keys.Except(wanted.Select(note => note.Name)))
        {
            yield return DropColumn(table, gone);
        }
    }

    /// <summary>A required field with a default is filled in for rows that are there; the log is not written to.</summary>
    private MigrationStep Add(TableSchema table, ColumnNote note)
    {
        var name = TableLayout.Quote(table.Name);
        List<string> sql = [$"ALTER TABLE {name} ADD COLUMN {Define(note.Name, note.Type)}", Remember(table.Name, note)];
        var value = table.Fields.GetValueOrDefault(note.Name)?.Default ?? FieldValue.Null;
        if (note.Required && Literal(value, note) is { } literal)
        {
            sql.Add($"UPDATE {name} SET {TableLayout.Quote(note.Name)} = {literal}");
        }
        else if (note.Required && Count($"SELECT COUNT(*) FROM {name} WHERE _deleted IS NULL") is var rows and > 0)
        {
            return new MigrationStep(
                $"Add {table.Name}.{note.Name}", sql, $"{rows} rows would lack the required {note.Name}; declare a default for it");
        }

        return new MigrationStep($"Add {table.Name}.{note.Name}", sql);
    }

    private MigrationStep? Change(TableSchema table, ColumnNote before, ColumnNote after)
    {
        if (before.ToString() == after.ToString())
        {
            return null;
        }

        var (name, column) = (TableLayout.Quote(table.Name), TableLayout.Quote(after.Name));
        var where = $"{table.Name}.{after.Name}";
        if (before.Type != after.Type || before.Scale > after.Scale)
        {
            return new MigrationStep(
                $"Change {where} from {Spell(before)} to {Spell(after)}",
                [.. Convert(name, column, before, after), Remember(table.Name, after)], "values that do not fit become empty or are rounded");
        }

        var narrowed = before.Values.Except(after.Values).ToArray();
        var bad = narrowed.Length == 0
            ? 0
            : Count($"SELECT COUNT(*) FROM {name} WHERE {column} IN ({string.Join(", ", narrowed.Select(Text))})");
        var empty = after.Required && !before.Required ? Count($"SELECT COUNT(*) FROM {name} WHERE {column} IS NULL AND _deleted IS NULL") : 0;
        List<string> sql = [Remember(table.Name, after)];
        if (before.Scale < after.Scale)
        {
            sql.Add($"UPDATE {name} SET {column} = {column} * {Math.Pow(10, after.Scale - before.Scale)}");
        }

        var fill = Literal(table.Fields[after.Name].Default, after) ?? "NULL";
        if (bad > 0)
        {
            sql.Add($"UPDATE {name} SET {column} = {fill} WHERE {column} IN ({string.Join(", ", narrowed.Select(Text))})");
        }

        if (empty > 0)
        {
            sql.Add($"UPDATE {name} SET {column} = {fill} WHERE {column} IS NULL");
        }

        var loss = bad > 0 ? $"{bad} rows hold {string.Join(" or ", narrowed)} and would hold {fill}"
            : empty > 0 ? $"{empty} rows have no {after.Name} and would hold {fill}" : null;
        return new MigrationStep($"Change {where}", sql, loss);
    }

    private MigrationStep DropColumn(TableSchema table, string column)
    {
        var name = TableLayout.Quote(table.Name);
        var held = Count($"SELECT COUNT(*) FROM {name} WHERE {TableLayout.Quote(column)} IS NOT NULL");
        return new MigrationStep(
            $"Drop {table.Name}.{column}",
            [
                .. IndexesOn(table.Name, column).Select(index => $"DROP INDEX {TableLayout.Quote(index)}"),
                $"ALTER TABLE {name} DROP COLUMN {TableLayout.Quote(column)}",
                $"DELETE FROM _columns WHERE tbl = {Text(table.Name)} AND name = {Text(column)}",
            ],
            $"the values of {held} rows");
    }

    private MigrationStep DropTable(string table) => new(
        $"Drop table {table}",
        [$"DROP TABLE {TableLayout.Quote(table)}", $"DELETE FROM _columns WHERE tbl = {Text(table)}"],
        $"{Count($"SELECT COUNT(*) FROM {TableLayout.Quote(table)}")} rows");

    private IEnumerable<MigrationStep> MissingIndexes(TableSchema table) =>
        from index in TableIndexes.Of(table, schema)
        where Count($"SELECT COUNT(*) FROM sqlite_master WHERE type = 'index' AND name = {Text(index.Name)}") == 0
        select new MigrationStep($"Add index {index.Name}", [index.Sql]);

    private static IEnumerable<string> Convert(string table, string column, ColumnNote before, ColumnNote after)
    {
        if (before.Type == after.Type)
        {
            yield return $"UPDATE {table} SET {column} = CAST(ROUND({column} / {Math.Pow(10, before.Scale - after.Scale)}.0) AS INTEGER)";
            yield break;
        }

        // SQLite columns take any value, so the conversion is the values' own.
        var sql = TableLayout.SqlType(after.Type);
        yield return sql == "TEXT"
            ? $"UPDATE {table} SET {column} = CAST({column} AS TEXT)"
            : $"UPDATE {table} SET {column} = CASE WHEN CAST({column} AS INTEGER) || '' = {column} || '' THEN CAST({column} AS INTEGER) END";
    }

    private static string CreateTable(TableLayout layout) =>
        $"CREATE TABLE {layout.Name} (_no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, _at TEXT NOT NULL, "
        + "_first INTEGER NOT NULL, _seq INTEGER NOT NULL, _stamps TEXT, _deleted TEXT, "
        + string.Join(", ", layout.Columns.Select(column => Define(column.Name, column.Type))) + ")";

    private static string Define(string name, FieldType type) => $"{TableLayout.Quote(name)} {TableLayout.SqlType(type)}";

    private static string Remember(string table, ColumnNote note) =>
        $"INSERT OR REPLACE INTO _columns (tbl, name, type) VALUES ({Text(table)}, {Text(note.Name)}, {Text(note.ToString())})";

    private static string Spell(ColumnNote note) => note.Type.ToString().ToLowerInvariant() + (note.Scale > 0 ? $" of scale {note.Scale}" : "");

    private static string? Literal(FieldValue value, ColumnNote note) => value.Kind switch
    {
        FieldValueKind.Null => null,
        FieldValueKind.Boolean => value.AsBoolean == true ? "1" : "0",
        FieldValueKind.Text when note.Type is FieldType.Timestamp or FieldType.Date => null,
        FieldValueKind.Integer or FieldValueKind.Decimal when note.Type == FieldType.Decimal =>
            decimal.ToInt64(value.AsDecimal!.Value * (decimal)Math.Pow(10, note.Scale)).ToString(System.Globalization.CultureInfo.InvariantCulture),
        FieldValueKind.Integer => value.ToString(),
        _ => Text(value.ToString()),
    };

    private static string Text(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    private long Count(string sql) => long.Parse(database.Scalar(sql) ?? "0", System.Globalization.CultureInfo.InvariantCulture);

    private List<string> IndexesOn(string table, string column)
    {
        using var statement = database.PrepareOnce("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ?1 AND sql LIKE ?2");
        statement.Bind(1, table).Bind(2, $"%\"{column}\"%");
        var names = new List<string>();
        while (statement.Step())
        {
            names.Add(statement.Text(0));
        }

        return names;
    }

    private Dictionary<string, Dictionary<string, ColumnNote>> ReadNotes()
    {
        using var statement = database.PrepareOnce("SELECT tbl, name, type FROM _columns");
        var notes = new Dictionary<string, Dictionary<string, ColumnNote>>(StringComparer.Ordinal);
        while (statement.Step())
        {
            var table = notes.TryGetValue(statement.Text(0), out var known) ? known : notes[statement.Text(0)] = new(StringComparer.Ordinal);
            table[statement.Text(1)] = ColumnNote.Parse(statement.Text(1), statement.Text(2));
        }

        return notes;
    }
}
