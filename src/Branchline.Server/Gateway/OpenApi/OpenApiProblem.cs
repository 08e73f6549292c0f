using System.Text.Json.Nodes;

namespace Branchline.Server.Gateway.OpenApi;

/// <summary>What a refusal looks like.</summary>
internal static class OpenApiProblem
{
    public static JsonObject Schema() => new()
    {
        ["type"] = "object",
        ["description"] = "Why nothing was done (RFC 9457).",
        ["required"] = OpenApiJson.List(["type", "title", "status", "code", "detail", "isTransient"]),
        ["properties"] = new JsonObject
        {
            ["type"] = new JsonObject { ["type"] = "string", ["format"] = "uri" },
            ["title"] = Text("The code in words."),
            ["status"] = new JsonObject { ["type"] = "integer" },
            ["code"] = Text("Stable; what a program looks at."),
            ["detail"] = Text("What happened, for a person."),
            ["table"] = Text("The table at fault."),
            ["field"] = Text("The field or parameter at fault; in a list with its place: [3].name."),
            ["index"] = new JsonObject { ["type"] = "integer", ["description"] = "Which row of a list, from 0." },
            ["remedy"] = Text("What would be right."),
            ["isTransient"] = new JsonObject { ["type"] = "boolean", ["description"] = "Whether the same request may succeed later." },
        },
    };

    public static JsonObject RowId() => new()
    {
        ["type"] = "object",
        ["required"] = OpenApiJson.List(["id"]),
        ["properties"] = new JsonObject { ["id"] = new JsonObject { ["type"] = "string", ["format"] = "uuid" } },
    };

    public static JsonObject Responses() => new()
    {
        ["problem"] = new JsonObject
        {
            ["description"] = "Nothing was done; the code says why.",
            ["content"] = OpenApiJson.Content(OpenApiJson.Reference("schemas", "problem"), "application/problem+json"),
        },
    };

    private static JsonObject Text(string description) => new() { ["type"] = "string", ["description"] = description };
}
