using Branchline.Protocol;

namespace Branchline.Server.Store.Sqlite;

/// <summary>Between a table's rows and memory.</summary>
internal static class RowSql
{
    /// <summary>The row the statement stands on; the statement selects <see cref="TableLayout.SelectAll"/>.</summary>
    public static RowImage ReadImage(Statement statement, TableLayout layout) =>
        new(
            ReadId(statement, 1),
            statement.Integer(0),
            new FieldStamp(statement.Text(2), statement.Integer(3)),
            RowStamps.Parse(statement.TextOrNull(5)),
            ReadFields(statement, layout))
        {
            Seq = statement.Integer(4),
            DeletedAt = statement.TextOrNull(6),
        };

    public static StoredRow ReadStored(Statement statement, TableLayout layout) =>
        new(ReadId(statement, 1), statement.Integer(4), ReadFields(statement, layout));

    public static Guid ReadId(Statement statement, int column) =>
        Guid.TryParse(statement.Utf8(column), out var id)
            ? id
            : throw new InvalidDataException("A stored row id is no UUID");

    public static void BindFields(Statement statement, TableLayout layout, int after, Dictionary<string, FieldValue> fields)
    {
        for (var index = 0; index < layout.Columns.Length; index++)
        {
            var column = layout.Columns[index];
            fields.TryGetValue(column.Name, out var value);
            FieldCodec.Bind(statement, after + index + 1, column, value);
        }
    }

    private static Dictionary<string, FieldValue> ReadFields(Statement statement, TableLayout layout)
    {
        var fields = new Dictionary<string, FieldValue>(layout.Columns.Length, StringComparer.Ordinal);
        for (var index = 0; index < layout.Columns.Length; index++)
        {
            var column = layout.Columns[index];
            fields.Add(column.Name, FieldCodec.Read(statement, TableLayout.FixedColumns + index, column));
        }

        return fields;
    }
}
