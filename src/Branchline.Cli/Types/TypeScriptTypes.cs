using System.Text;
using System.Text.Json;
using Branchline.Protocol.Schema;

namespace Branchline.Cli.Types;

/// <summary>Interfaces for <c>@branchline/client</c>, told to it by declaration merging.</summary>
internal static class TypeScriptTypes
{
    public static string Write(BusinessSchema schema)
    {
        var names = TypeNames.OfTables(schema.Tables.Keys);
        var text = new StringBuilder();
        text.Append($"// Written by `branchline types --typescript` from schema {schema.Hash}; write it anew when the schema changes.\n");
        var tables = schema.Tables.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToArray();
        foreach (var (name, table) in tables)
        {
            text.Append($"\n/** A row of `{name}`: {Plain(table.Label)}. */\nexport interface {names[name]} {{\n");
            WriteField(text, "id", "string", "The row's id, a UUIDv7 made by its writer.");
            foreach (var (field, declared) in table.Fields)
            {
                WriteField(text, field, TypeOf(declared) + (declared.Required ? "" : " | null"), Words(declared));
            }

            WriteField(text, "created_at", "string", "When the row was made; kept by the node.");
            WriteField(text, "updated_at", "string", "When the row was changed last; kept by the node.");
            text.Append("}\n");
        }

        WriteTables(text, tables, names);
        return text.ToString();
    }

    /// <summary>With the file in a program, the SDK's hooks, queries and <c>mutate</c> know the tables.</summary>
    private static void WriteTables(StringBuilder text, KeyValuePair<string, TableSchema>[] tables, IReadOnlyDictionary<string, string> names)
    {
        text.Append("\ndeclare module '@branchline/client' {\n  interface Tables {\n");
        foreach (var (name, _) in tables)
        {
            text.Append($"    readonly {name}: {names[name]}\n");
        }

        text.Append("  }\n\n  interface References {\n");
        foreach (var (name, table) in tables)
        {
            var references = table.Fields.Where(field => field.Value.Type == FieldType.Ref).Select(field => $"readonly {field.Key}: '{field.Value.Table}'").ToArray();
            if (references.Length > 0)
            {
                text.Append($"    readonly {name}: {{ {string.Join("; ", references)} }}\n");
            }
        }

        text.Append("  }\n}\n");
    }

    private static void WriteField(StringBuilder text, string name, string type, string words) =>
        text.Append($"  /** {words} */\n  readonly {name}: {type}\n");

    private static string TypeOf(FieldSchema field) => field.Type switch
    {
        FieldType.Integer or FieldType.Money or FieldType.Decimal => "number",
        FieldType.Boolean => "boolean",
        FieldType.Enum when field.Values is { Count: > 0 } values => string.Join(" | ", values.Select(value => $"'{JsonEncodedText.Encode(value)}'")),
        FieldType.Json => "unknown",
        _ => "string",
    };

    private static string Words(FieldSchema field) => Plain(field.Label) + field.Type switch
    {
        FieldType.Money => ". In the smallest unit of the currency.",
        FieldType.Ref => $". The id of a row of `{field.Table}`.",
        FieldType.Date => ". A day: `2026-11-21`.",
        FieldType.Timestamp => ". A time: `2026-11-21T08:00:00.000Z`.",
        _ => ".",
    };

    private static string Plain(string text) => text.ReplaceLineEndings(" ").Replace("*/", "* /", StringComparison.Ordinal);
}
