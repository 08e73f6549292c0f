using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Branchline.Protocol.Schema;
using Branchline.Server.Gateway.Tables;

namespace Branchline.Server.Gateway.OpenApi;

/// <summary>The REST API described as OpenAPI 3.1, from the schema in force. Written when somebody first asks for it.</summary>
internal sealed class OpenApiDocument(BusinessSchema schema, RestTables tables)
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _lock = new();
    private byte[]? _json;

    /// <summary>UTF-8 JSON.</summary>
    public ReadOnlyMemory<byte> Json
    {
        get
        {
            lock (_lock)
            {
                return _json ??= Write();
            }
        }
    }

    /// <summary>Changes with the schema and with the program.</summary>
    public string Version => $"{schema.Hash}-{typeof(OpenApiDocument).Assembly.GetName().Version}";

    private byte[] Write()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            Build().WriteTo(json);
        }

        return buffer.ToArray();
    }

    private JsonObject Build() => new()
    {
        ["openapi"] = "3.1.0",
        ["info"] = new JsonObject
        {
            ["title"] = "Branchline",
            ["version"] = typeof(OpenApiDocument).Assembly.GetName().Version!.ToString(3),
            ["description"] =
                "Every table of the business. Lists are JSON arrays; money is a whole number of the currency's smallest unit; times are UTC. "
                + "A refusal is application/problem+json with a stable code, the field at fault and a remedy.",
            ["license"] = new JsonObject { ["name"] = "MIT", ["identifier"] = "MIT" },
        },
        ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
        ["security"] = new JsonArray(
            new JsonObject { ["bearer"] = new JsonArray() },
            new JsonObject { ["cookie"] = new JsonArray(), ["antiforgery"] = new JsonArray() }),
        ["tags"] = new JsonArray([.. tables.All.Select(table => new JsonObject { ["name"] = table.Name, ["description"] = table.Schema.Label })]),
        ["paths"] = Paths(),
        ["components"] = new JsonObject
        {
            ["schemas"] = Schemas(),
            ["parameters"] = OpenApiParameters.Shared(),
            ["responses"] = OpenApiProblem.Responses(),
            ["securitySchemes"] = OpenApiAccess.Schemes(),
        },
    };

    private JsonObject Paths()
    {
        var paths = OpenApiAccess.Paths();
        foreach (var table in tables.All)
        {
            paths[$"/api/{table.Route}"] = OpenApiPaths.Collection(table);
            paths[$"/api/{table.Route}/{{id}}"] = OpenApiPaths.Item(table);
        }

        return paths;
    }

    private JsonObject Schemas()
    {
        var schemas = new JsonObject { ["problem"] = OpenApiProblem.Schema(), ["row_id"] = OpenApiProblem.RowId() };
        foreach (var table in tables.All)
        {
            schemas[table.Name] = OpenApiSchemas.Row(table);
            schemas[table.Name + "_new"] = OpenApiSchemas.NewRow(table);
            if (table.Schema.Kind == TableKind.Record)
            {
                schemas[table.Name + "_patch"] = OpenApiSchemas.Patch(table);
            }
        }

        return schemas;
    }
}
