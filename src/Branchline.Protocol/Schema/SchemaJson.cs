using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Branchline.Protocol.Schema;

/// <summary>The compiled schema as <c>GET /sync/schema</c> answers it, and back.</summary>
public static class SchemaJson
{
    private const int HashDigits = 16;

    private static readonly SchemaJsonContext Json =
        new(new JsonSerializerOptions(SchemaJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>UTF-8 JSON; the same schema gives the same bytes.</summary>
    public static byte[] Write(BusinessSchema schema) => JsonSerializer.SerializeToUtf8Bytes(schema, Json.BusinessSchema);

    /// <summary>A schema from its compiled form. Throws <see cref="JsonException"/> when it is not one.</summary>
    public static BusinessSchema Parse(ReadOnlySpan<byte> json)
    {
        var schema = JsonSerializer.Deserialize(json, Json.BusinessSchema)
            ?? throw new JsonException("Expected a compiled schema");
        return schema with { Tables = schema.Tables.ToDictionary(entry => entry.Key, entry => Named(entry.Key, entry.Value)) };
    }

    /// <summary>The hash is the first 16 hex digits of SHA-256 over the compiled form without its hash, tables by name.</summary>
    public static BusinessSchema WithHash(IReadOnlyDictionary<string, TableSchema> tables)
    {
        var unnamed = new BusinessSchema("", tables);
        return unnamed with { Hash = Convert.ToHexStringLower(SHA256.HashData(Write(unnamed)))[..HashDigits] };
    }

    private static TableSchema Named(string name, TableSchema table) => table with
    {
        Name = name,
        Fields = table.Fields.ToDictionary(entry => entry.Key, entry => entry.Value with { Name = entry.Key }),
    };
}

/// <summary>Source-generated JSON of the compiled schema.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(FieldValueConverter)])]
[JsonSerializable(typeof(BusinessSchema))]
internal sealed partial class SchemaJsonContext : JsonSerializerContext;
