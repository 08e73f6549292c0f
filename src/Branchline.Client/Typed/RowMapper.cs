using System.Text.Json;
using System.Text.Json.Serialization;
using Branchline.Client.Replica;
using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Client.Typed;

/// <summary>A row as an object of the program's, and back: properties are fields in snake_case.</summary>
internal static class RowMapper<T>
    where T : class
{
    private const string Id = "id";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        MaxDepth = 96,
        Converters = { new TimestampConverter(), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static T FromRow(LocalRow row) => JsonSerializer.Deserialize<T>(FieldsJson.Write(row.Fields, row.Id).Span, Json)
        ?? throw new JsonException("A row is an object");

    /// <summary>Throws <see cref="ArgumentException"/> when the object has no id.</summary>
    public static Guid IdOf(T row) => IdIn(FieldsOf(row));

    public static RowWrite ToInsert(BusinessSchema? schema, string table, T row)
    {
        var fields = FieldsOf(row);
        var given = Writable(schema, table, fields).Where(field => !field.Value.IsNull);
        return new RowWrite(table, IdIn(fields), WriteKind.Insert, given.ToDictionary(StringComparer.Ordinal));
    }

    /// <summary>The fields that differ from the known row, all of them where none is known; null when none does.</summary>
    public static RowWrite? ToUpdate(BusinessSchema? schema, string table, T row, LocalRow? known)
    {
        var fields = FieldsOf(row);
        var changed = Writable(schema, table, fields)
            .Where(field => known is null || known.Fields.GetValueOrDefault(field.Key) != field.Value)
            .ToDictionary(StringComparer.Ordinal);
        return changed.Count == 0 ? null : new RowWrite(table, IdIn(fields), WriteKind.Update, changed);
    }

    private static Dictionary<string, FieldValue> FieldsOf(T row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return FieldsJson.Read(JsonSerializer.SerializeToUtf8Bytes(row, Json));
    }

    private static Guid IdIn(Dictionary<string, FieldValue> fields) =>
        Guid.TryParse(fields.GetValueOrDefault(Id).AsText, out var id) && id != Guid.Empty
            ? id
            : throw new ArgumentException($"{typeof(T).Name} needs a property Id of type Guid with a value; NewId makes one");

    /// <summary>Without what only the node writes.</summary>
    private static IEnumerable<KeyValuePair<string, FieldValue>> Writable(
        BusinessSchema? schema, string table, Dictionary<string, FieldValue> fields)
    {
        var declared = schema?.Tables.GetValueOrDefault(table)?.Fields;
        return fields.Where(field => !TableSchema.KeptFields.Contains(field.Key)
            && declared?.GetValueOrDefault(field.Key) is not ({ Sum: not null } or { Merge: MergePolicy.ServerOnly }));
    }
}
