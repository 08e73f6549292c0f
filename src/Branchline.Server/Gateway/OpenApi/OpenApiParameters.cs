using System.Text.Json.Nodes;
using Branchline.Protocol.Schema;
using Branchline.Server.Gateway.Tables;
using Branchline.Server.Gateway.Tables.Query;

namespace Branchline.Server.Gateway.OpenApi;

/// <summary>Parameters and headers: those all tables share, and a table's own filters.</summary>
internal static class OpenApiParameters
{
    /// <summary>Written once under <c>components/parameters</c>.</summary>
    public static JsonObject Shared() => new()
    {
        ["id"] = In("path", "id", "The row's id.", Uuid(), isRequired: true),
        ["limit"] = In("query", ListParameters.LimitTo, "How many rows to answer. When there are more, the header Link leads to them.", new JsonObject
        {
            ["type"] = "integer", ["minimum"] = 1, ["maximum"] = ListParameters.MaxLimit, ["default"] = ListParameters.DefaultLimit,
        }),
        ["after"] = In("query", ListParameters.After, "Where the page before ended, as its Link gives it.", Text()),
        ["if_match"] = In("header", "If-Match", "Write only if the row still has this ETag; 412 otherwise.", Text()),
        ["if_none_match"] = In("header", "If-None-Match", "Answer 304 if the row still has this ETag.", Text()),
        ["idempotency_key"] = In(
            "header", IdempotencyKey.Header,
            "A name for this request, such as a UUID. Sent again by the same person with the same body it changes nothing more and answers as before.",
            new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = IdempotencyKey.LongestKey }),
    };

    public static JsonArray OfList(RestTable table)
    {
        var parameters = new JsonArray();
        if (table.HasSearch)
        {
            var fields = string.Join(", ", table.Schema.Fields.Values.Where(field => field.Search).Select(field => field.Name));
            parameters.Add(In("query", ListParameters.Search, $"Words that must all occur in {fields}.", Text()));
        }

        foreach (var (alias, target) in table.Aliases)
        {
            parameters.Add(In("query", alias, $"Short for {target}.", Any(table.Find(alias)!.Field), isExploded: false));
        }

        foreach (var column in table.Columns.Where(column => column.Field.Type != FieldType.Json))
        {
            parameters.Add(In("query", column.Name, Describe(column.Field), Any(column.Field), isExploded: false));
        }

        foreach (var (name, description, values) in Lists(table))
        {
            parameters.Add(In("query", name, description, new JsonObject { ["type"] = "array", ["items"] = values }, isExploded: false));
        }

        parameters.Add(OpenApiJson.Reference("parameters", "limit"));
        parameters.Add(OpenApiJson.Reference("parameters", "after"));
        return parameters;
    }

    /// <summary>The members of a row to answer.</summary>
    public static JsonObject Fields(RestTable table) =>
        In("query", ListParameters.Fields, "Members to answer; the id always is.", new JsonObject { ["type"] = "array", ["items"] = Words(table.Columns.Select(column => column.Name)) }, isExploded: false);

    /// <summary>The id where the address has none.</summary>
    public static JsonObject IdInQuery() => In("query", RestTable.Id, "The row's id.", Uuid(), isRequired: true);

    private static IEnumerable<(string Name, string Description, JsonObject Values)> Lists(RestTable table)
    {
        var sortable = table.Columns.Where(column => column.Field.Type != FieldType.Json).Select(column => column.Name).ToList();
        yield return (ListParameters.SortBy, "Fields to sort by, the first one first; a hyphen before it turns the order round.",
            Words([.. sortable, .. sortable.Select(name => "-" + name)]));
        yield return (ListParameters.Fields, "Members to answer; the id always is.", Words(table.Columns.Select(column => column.Name)));
    }

    private static string Describe(FieldSchema field) => field.Type switch
    {
        FieldType.Boolean or FieldType.Enum or FieldType.Ref => $"Any of these values. Also {field.Name}[ne].",
        FieldType.Timestamp => $"A time, or a day of the branch. Also {field.Name}[gte], [gt], [lte], [lt].",
        _ => $"Any of these values. Also {field.Name}[gte], [gt], [lte], [lt], [ne].",
    };

    private static JsonObject Any(FieldSchema field)
    {
        // A day is as good as a time.
        var item = field.Type == FieldType.Timestamp ? Text() : OpenApiSchemas.Value(field);
        return new JsonObject { ["type"] = "array", ["items"] = item };
    }

    private static JsonObject In(string place, string name, string description, JsonObject schema, bool isRequired = false, bool isExploded = true)
    {
        var parameter = new JsonObject { ["name"] = name, ["in"] = place, ["description"] = description };
        if (isRequired)
        {
            parameter["required"] = true;
        }

        if (!isExploded)
        {
            parameter["style"] = "form";
            parameter["explode"] = false;
        }

        parameter["schema"] = schema;
        return parameter;
    }

    private static JsonObject Text() => new() { ["type"] = "string" };

    private static JsonObject Uuid() => new() { ["type"] = "string", ["format"] = "uuid" };

    private static JsonObject Words(IEnumerable<string> words) => new() { ["type"] = "string", ["enum"] = OpenApiJson.List(words) };
}
