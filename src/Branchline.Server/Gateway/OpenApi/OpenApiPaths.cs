using System.Text.Json.Nodes;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Gateway.Tables;
using Branchline.Server.Gateway.Tables.Body;

namespace Branchline.Server.Gateway.OpenApi;

/// <summary>What can be done at a table's two addresses. What the schema lets nobody do is not listed.</summary>
internal static class OpenApiPaths
{
    public static JsonObject Collection(RestTable table)
    {
        var path = new JsonObject { ["get"] = List(table) };
        Add(path, "post", table.Schema.Access.Create, () => Create(table));
        if (table.Schema.Kind == TableKind.Record)
        {
            Add(path, "put", table.Schema.Access.Update, () => Update(table, "update_by_body", []));
        }

        if (CanDelete(table))
        {
            Add(path, "delete", table.Schema.Access.Delete, () => Delete(table, "delete_by_query", [OpenApiParameters.IdInQuery()]));
        }

        return path;
    }

    public static JsonObject Item(RestTable table)
    {
        var path = new JsonObject
        {
            ["parameters"] = new JsonArray(OpenApiJson.Reference("parameters", "id")),
            ["get"] = Find(table),
        };
        if (table.Schema.Kind == TableKind.Record)
        {
            Add(path, "put", table.Schema.Access.Update, () => Update(table, "update", []));
            Add(path, "patch", table.Schema.Access.Update, () => Update(table, "patch", []));
        }

        if (CanDelete(table))
        {
            Add(path, "delete", table.Schema.Access.Delete, () => Delete(table, "delete", []));
        }

        return path;
    }

    private static JsonObject List(RestTable table) => Operation(table, "list", $"List {table.Schema.Label}", table.Schema.Access.Read, new JsonObject
    {
        ["parameters"] = OpenApiParameters.OfList(table),
        ["responses"] = Responses(
            ("200", new JsonObject
            {
                ["description"] = "The rows.",
                ["headers"] = new JsonObject { ["Link"] = Header("The next page, when there is one: <ADDRESS>; rel=\"next\".") },
                ["content"] = OpenApiJson.Content(Array(table.Name)),
            }),
            ErrorCodes.ParameterInvalid),
    });

    private static JsonObject Find(RestTable table) => Operation(table, "find", $"One row of {table.Schema.Label}", table.Schema.Access.Read, new JsonObject
    {
        ["parameters"] = new JsonArray(OpenApiParameters.Fields(table), OpenApiJson.Reference("parameters", "if_none_match")),
        ["responses"] = With(
            Responses(("200", RowAnswer(table, "The row.")), ErrorCodes.ParameterInvalid, ErrorCodes.RowMissing),
            "304", new JsonObject { ["description"] = "The row still has the ETag that was sent." }),
    });

    private static JsonObject Create(RestTable table)
    {
        var one = OpenApiJson.Reference("schemas", table.Name + "_new");
        var list = new JsonObject { ["type"] = "array", ["items"] = one.DeepClone(), ["maxItems"] = BodyRows.MaxRows };
        var answer = RowAnswer(table, "What was saved: an object for an object, a list for a list.");
        answer["headers"]!["Location"] = Header("Where a single row is found.");
        answer["content"] = OpenApiJson.Content(Either(OpenApiJson.Reference("schemas", table.Name), Array(table.Name)));
        return Operation(table, "create", $"Add to {table.Schema.Label}: one row, or several, all or none", table.Schema.Access.Create, new JsonObject
        {
            ["parameters"] = new JsonArray(OpenApiJson.Reference("parameters", "idempotency_key")),
            ["requestBody"] = Body(Either(one, list)),
            ["responses"] = Responses(
                ("201", answer), ErrorCodes.MalformedJson, ErrorCodes.UniqueClash, ErrorCodes.BodyTooLarge,
                ErrorCodes.UnsupportedMediaType, ErrorCodes.Required),
        });
    }

    private static JsonObject Update(RestTable table, string verb, JsonArray parameters)
    {
        parameters.Add(OpenApiJson.Reference("parameters", "if_match"));
        parameters.Add(OpenApiJson.Reference("parameters", "idempotency_key"));
        return Operation(table, verb, $"Change a row of {table.Schema.Label}: only the fields sent", table.Schema.Access.Update, new JsonObject
        {
            ["parameters"] = parameters,
            ["requestBody"] = Body(OpenApiJson.Reference("schemas", table.Name + "_patch")),
            ["responses"] = Responses(
                ("200", RowAnswer(table, "The row as it stands.")), ErrorCodes.MalformedJson, ErrorCodes.RowMissing, ErrorCodes.IllegalMove,
                ErrorCodes.RowDeleted, ErrorCodes.PreconditionFailed, ErrorCodes.BodyTooLarge, ErrorCodes.UnsupportedMediaType, ErrorCodes.WrongType),
        });
    }

    private static JsonObject Delete(RestTable table, string verb, JsonArray parameters)
    {
        parameters.Add(OpenApiJson.Reference("parameters", "if_match"));
        parameters.Add(OpenApiJson.Reference("parameters", "idempotency_key"));
        return Operation(table, verb, $"Delete a row of {table.Schema.Label}", table.Schema.Access.Delete, new JsonObject
        {
            ["parameters"] = parameters,
            ["responses"] = Responses(
                ("200", OpenApiJson.Answer("The row is deleted.", OpenApiJson.Reference("schemas", "row_id"))),
                ErrorCodes.ParameterInvalid, ErrorCodes.RowMissing, ErrorCodes.RowDeleted, ErrorCodes.PreconditionFailed, ErrorCodes.IdempotencyKeyReused),
        });
    }

    private static JsonObject Operation(RestTable table, string verb, string summary, IReadOnlyList<string> roles, JsonObject rest)
    {
        var operation = new JsonObject
        {
            ["operationId"] = $"{table.Name}_{verb}",
            ["summary"] = summary,
            ["tags"] = new JsonArray(table.Name),
            ["x-roles"] = OpenApiJson.List(roles),
        };
        foreach (var (name, value) in rest)
        {
            operation[name] = value?.DeepClone();
        }

        return operation;
    }

    /// <summary>The good answer and a problem for each status of the codes; signing in and the store can fail everywhere.</summary>
    private static JsonObject Responses((string Status, JsonObject Answer) good, params string[] codes)
    {
        var responses = new JsonObject { [good.Status] = good.Answer };
        foreach (var code in codes.Concat([ErrorCodes.NotSignedIn, ErrorCodes.AccessDenied, ErrorCodes.StoreUnavailable]))
        {
            var status = Problems.StatusOf(code).ToString(System.Globalization.CultureInfo.InvariantCulture);
            responses[status] = OpenApiJson.Reference("responses", "problem");
        }

        return responses;
    }

    private static JsonObject RowAnswer(RestTable table, string description)
    {
        var answer = OpenApiJson.Answer(description, OpenApiJson.Reference("schemas", table.Name));
        answer["headers"] = new JsonObject { ["ETag"] = Header("The row's version, for If-Match.") };
        return answer;
    }

    private static void Add(JsonObject path, string method, IReadOnlyList<string> roles, Func<JsonObject> operation)
    {
        if (roles.Count > 0)
        {
            path[method] = operation();
        }
    }

    private static bool CanDelete(RestTable table) => table.Schema is { Kind: TableKind.Record, Document: false };

    private static JsonObject Body(JsonObject schema) => new() { ["required"] = true, ["content"] = OpenApiJson.Content(schema) };

    private static JsonObject Array(string schema) => new() { ["type"] = "array", ["items"] = OpenApiJson.Reference("schemas", schema) };

    private static JsonObject Either(JsonObject one, JsonObject other) => new() { ["oneOf"] = new JsonArray(one, other) };

    private static JsonObject Header(string description) =>
        new() { ["description"] = description, ["schema"] = new JsonObject { ["type"] = "string" } };

    private static JsonObject With(JsonObject responses, string status, JsonObject answer)
    {
        responses[status] = answer;
        return responses;
    }
}
