using Branchline.Protocol.Schema;

namespace Branchline.Server.Store.Sqlite;

/// <summary>What the database remembers of a column as it was declared when it was last migrated.</summary>
internal sealed record ColumnNote(string Name, FieldType Type, int Scale, bool Required, IReadOnlyList<string> Values)
{
    public static ColumnNote Of(Column column, TableSchema table)
    {
        var field = table.Fields.GetValueOrDefault(column.Name);
        return new ColumnNote(column.Name, column.Type, column.Scale, field is { Required: true, Sum: null }, field?.Values ?? []);
    }

    /// <summary>The text form: type, scale, required, values, separated by colons. Words of the schema hold none.</summary>
    public static ColumnNote Parse(string name, string text)
    {
        var parts = text.Split(':');
        return new ColumnNote(
            name, Enum.Parse<FieldType>(parts[0]), int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture),
            parts[2] == "required", parts[3].Length == 0 ? [] : parts[3].Split('|'));
    }

    public override string ToString() =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{Type}:{Scale}:{(Required ? "required" : "")}:{string.Join('|', Values)}");
}
