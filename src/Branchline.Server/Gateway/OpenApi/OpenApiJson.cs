using System.Text.Json.Nodes;
using Branchline.Protocol;

namespace Branchline.Server.Gateway.OpenApi;

/// <summary>The document's building blocks.</summary>
internal static class OpenApiJson
{
    public static JsonObject Reference(string kind, string name) => new() { ["$ref"] = $"#/components/{kind}/{name}" };

    public static JsonArray List(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    public static JsonNode? Of(FieldValue value) => value.Kind switch
    {
        FieldValueKind.Text => JsonValue.Create(value.AsText),
        FieldValueKind.Integer => JsonValue.Create(value.AsInteger!.Value),
        FieldValueKind.Decimal => JsonValue.Create(value.AsDecimal!.Value),
        FieldValueKind.Boolean => JsonValue.Create(value.AsBoolean!.Value),
        FieldValueKind.Json => JsonNode.Parse(value.AsJson!),
        _ => null,
    };

    /// <summary>A body of JSON.</summary>
    public static JsonObject Content(JsonObject schema, string type = "application/json") =>
        new() { [type] = new JsonObject { ["schema"] = schema } };

    public static JsonObject Answer(string description, JsonObject schema) =>
        new() { ["description"] = description, ["content"] = Content(schema) };
}
