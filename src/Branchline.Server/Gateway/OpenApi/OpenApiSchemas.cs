using System.Globalization;
using System.Text.Json.Nodes;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Gateway.Tables;

namespace Branchline.Server.Gateway.OpenApi;

/// <summary>A table's rows as JSON Schema: as they are answered, as they are made, as they are changed.</summary>
internal static class OpenApiSchemas
{
    private const int UsualLongest = 2000;
    private const int UsualScale = 4;

    // What a JavaScript number holds exactly.
    private const long LargestWhole = (1L << 53) - 1;

    /// <summary>A row as answered: every member is there.</summary>
    public static JsonObject Row(RestTable table)
    {
        var properties = new JsonObject();
        foreach (var column in table.Columns)
        {
            properties[column.Name] = table.Schema.Fields.ContainsKey(column.Name) ? Property(table, column.Field) : KeptByNode(column);
        }

        return Describe(table, properties, table.Columns.Select(column => column.Name), $"A row of {table.Schema.Label}");
    }

    /// <summary>A row to be made: what is required and has no default must be there.</summary>
    public static JsonObject NewRow(RestTable table)
    {
        var required = table.Schema.Fields.Values.Where(field => field.Required && field.Default.IsNull && !IsReadOnly(field));
        return Describe(table, Writable(table, isNew: true), required.Select(field => field.Name), $"A row to be added to {table.Schema.Label}");
    }

    /// <summary>A change to a row: only what is to be different.</summary>
    public static JsonObject Patch(RestTable table) =>
        Describe(table, Writable(table, isNew: false), [], $"Changes to a row of {table.Schema.Label}");

    /// <summary>Whether only the node writes the field.</summary>
    public static bool IsReadOnly(FieldSchema field) => field.Sum is not null || field.Merge == MergePolicy.ServerOnly;

    /// <summary>What a value of the field looks like, null aside.</summary>
    public static JsonObject Value(FieldSchema field) => field.Type switch
    {
        FieldType.Text => new JsonObject { ["type"] = "string", ["maxLength"] = (int)(field.Max ?? UsualLongest) },
        FieldType.Integer => Whole(field),
        FieldType.Money => With(Whole(field), "x-money", true),
        FieldType.Decimal => With(Limits(new JsonObject { ["type"] = "number" }, field), "x-scale", field.Scale ?? UsualScale),
        FieldType.Boolean => new JsonObject { ["type"] = "boolean" },
        FieldType.Date => new JsonObject { ["type"] = "string", ["format"] = "date" },
        FieldType.Timestamp => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
        FieldType.Enum => new JsonObject { ["type"] = "string", ["enum"] = OpenApiJson.List(field.Values ?? []) },
        FieldType.Ref => new JsonObject { ["type"] = "string", ["format"] = "uuid", ["x-ref"] = field.Table },
        FieldType.File => new JsonObject { ["type"] = "string", ["x-file"] = true },
        _ when field.Merge == MergePolicy.SetUnion => new JsonObject { ["type"] = "array", ["items"] = new JsonObject() },
        _ => [],
    };

    private static JsonObject Writable(RestTable table, bool isNew)
    {
        var properties = new JsonObject
        {
            [RestTable.Id] = new JsonObject
            {
                ["type"] = "string",
                ["format"] = "uuid",
                ["description"] = isNew ? "Made by the node when left out." : "Which row; not needed where the address says it.",
            },
        };
        foreach (var field in table.Schema.Fields.Values.Where(field => !IsReadOnly(field)))
        {
            properties[field.Name] = Property(table, field);
        }

        return properties;
    }

    private static JsonObject Property(RestTable table, FieldSchema field)
    {
        var schema = field.Required ? Value(field) : OrNull(Value(field));
        schema["title"] = field.Label;
        if (IsReadOnly(field))
        {
            schema["readOnly"] = true;
        }

        if (field.Unique)
        {
            schema["x-unique"] = true;
        }

        AddDefault(schema, field);
        if (table.Schema.Workflow is { } workflow && workflow.Field == field.Name)
        {
            schema["x-workflow"] = Moves(workflow);
        }

        return schema;
    }

    private static JsonObject KeptByNode(RestColumn column)
    {
        var schema = Value(column.Field);
        schema.Remove("x-ref");
        schema["title"] = column.Field.Label;
        schema["readOnly"] = true;
        return schema;
    }

    private static void AddDefault(JsonObject schema, FieldSchema field)
    {
        if (field.Default.IsNull)
        {
            return;
        }

        // "now" and "today" are worked out when the row is made.
        var isMoving = field.Type is FieldType.Date or FieldType.Timestamp && field.Default.AsText is "now" or "today";
        schema[isMoving ? "x-default" : "default"] = OpenApiJson.Of(field.Default);
    }

    private static JsonObject OrNull(JsonObject schema)
    {
        if (schema["type"] is { } type)
        {
            schema["type"] = new JsonArray(type.DeepClone(), "null");
        }

        if (schema["enum"] is JsonArray values)
        {
            values.Add(null);
        }

        return schema;
    }

    private static JsonObject Moves(Workflow workflow) => new()
    {
        ["start"] = workflow.Start,
        ["moves"] = new JsonArray([.. workflow.Moves.Select(move => new JsonObject
        {
            ["from"] = OpenApiJson.List(move.From), ["to"] = move.To, ["roles"] = OpenApiJson.List(move.Roles),
        })]),
    };

    private static JsonObject Whole(FieldSchema field)
    {
        var schema = Limits(new JsonObject { ["type"] = "integer", ["format"] = "int64" }, field);
        schema["minimum"] ??= -LargestWhole;
        schema["maximum"] ??= LargestWhole;
        return schema;
    }

    private static JsonObject Limits(JsonObject schema, FieldSchema field)
    {
        if (field.Min is { } min)
        {
            schema["minimum"] = OpenApiJson.Of(FieldValue.Of(min));
        }

        if (field.Max is { } max)
        {
            schema["maximum"] = OpenApiJson.Of(FieldValue.Of(max));
        }

        return schema;
    }

    private static JsonObject With(JsonObject schema, string name, JsonNode value)
    {
        schema[name] = value;
        return schema;
    }

    private static JsonObject Describe(RestTable table, JsonObject properties, IEnumerable<string> required, string description) => new()
    {
        ["type"] = "object",
        ["description"] = string.Create(CultureInfo.InvariantCulture, $"{description}."),
        ["x-table"] = table.Name,
        ["properties"] = properties,
        ["required"] = OpenApiJson.List(required),
        ["additionalProperties"] = false,
    };
}
