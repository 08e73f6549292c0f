using System.Text.Json.Nodes;

namespace Branchline.Server.Gateway.OpenApi;

/// <summary>Signing in, and how a request says who sends it.</summary>
internal static class OpenApiAccess
{
    public static JsonObject Schemes() => new()
    {
        ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "The token of POST /api/login." },
        ["cookie"] = new JsonObject { ["type"] = "apiKey", ["in"] = "cookie", ["name"] = Access.SessionCookie.Name, ["description"] = "The web session." },
        ["antiforgery"] = new JsonObject
        {
            ["type"] = "apiKey",
            ["in"] = "header",
            ["name"] = Access.SessionCookie.AntiforgeryHeader,
            ["description"] = $"Writes with the web session repeat its cookie {Access.SessionCookie.AntiforgeryName}; reads need not.",
        },
    };

    public static JsonObject Paths() => new()
    {
        ["/api/login"] = new JsonObject { ["post"] = LogIn() },
        ["/health"] = new JsonObject { ["get"] = Health() },
    };

    private static JsonObject LogIn() => new()
    {
        ["operationId"] = "login",
        ["summary"] = "Sign in",
        ["security"] = new JsonArray(),
        ["requestBody"] = new JsonObject
        {
            ["required"] = true,
            ["content"] = OpenApiJson.Content(Record(("email", Text()), ("password", Text()))),
        },
        ["responses"] = new JsonObject
        {
            ["200"] = OpenApiJson.Answer("Signed in.", Record(
                ("token", Text()),
                ("user", Record(("id", Text()), ("name", Text()), ("email", Text()), ("role", Text()))))),
            ["401"] = OpenApiJson.Reference("responses", "problem"),
            ["422"] = OpenApiJson.Reference("responses", "problem"),
            ["429"] = OpenApiJson.Reference("responses", "problem"),
        },
    };

    private static JsonObject Health() => new()
    {
        ["operationId"] = "health",
        ["summary"] = "Whether the node can take writes",
        ["security"] = new JsonArray(),
        ["responses"] = new JsonObject
        {
            ["200"] = OpenApiJson.Answer("It can.", Record(("status", Text()))),
            ["503"] = OpenApiJson.Answer("It cannot at the moment.", Record(("status", Text()))),
        },
    };

    private static JsonObject Record(params (string Name, JsonObject Schema)[] members)
    {
        var properties = new JsonObject();
        foreach (var (name, schema) in members)
        {
            properties[name] = schema;
        }

        return new JsonObject
        {
            ["type"] = "object", ["required"] = OpenApiJson.List(members.Select(member => member.Name)), ["properties"] = properties,
        };
    }

    private static JsonObject Text() => new() { ["type"] = "string" };
}
