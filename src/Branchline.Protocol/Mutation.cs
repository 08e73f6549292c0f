using System.Text.Json.Serialization;

namespace Branchline.Protocol;

/// <summary>What a row write does.</summary>
[JsonConverter(typeof(WriteKindConverter))]
public enum WriteKind
{
    /// <summary>Makes the row.</summary>
    [JsonStringEnumMemberName("insert")]
    Insert,

    /// <summary>Changes the fields given, and no others.</summary>
    [JsonStringEnumMemberName("update")]
    Update,

    /// <summary>Deletes the row; it travels on as a tombstone.</summary>
    [JsonStringEnumMemberName("delete")]
    Delete,
}

/// <summary>Kinds travel by name only.</summary>
internal sealed class WriteKindConverter() : JsonStringEnumConverter<WriteKind>(namingPolicy: null, allowIntegerValues: false);

/// <summary>One row written by a mutation. A delete has no fields.</summary>
public sealed record RowWrite(
    [property: JsonRequired] string Table,
    [property: JsonRequired] Guid Id,
    [property: JsonRequired] WriteKind Kind,
    IReadOnlyDictionary<string, FieldValue>? Fields = null)
{
    private static readonly Dictionary<string, FieldValue> NoFields = [];

    /// <summary>The fields by name; empty when none were given.</summary>
    public IReadOnlyDictionary<string, FieldValue> Fields { get; init; } = Fields ?? NoFields;
}

/// <summary>
/// An atomic set of row writes that a device asks for. Sent until acknowledged, applied once.
/// <paramref name="N"/> counts from 1 per device; 0 lets the node allot the next one (REST and the node's own writes).
/// <paramref name="Base"/> is null when the device has read nothing.
/// </summary>
public sealed record Mutation(
    [property: JsonRequired] DeviceId Device,
    [property: JsonRequired] long N,
    [property: JsonRequired] Guid Id,
    [property: JsonRequired] Stamp At,
    Cursor? Base,
    [property: JsonRequired, JsonConverter(typeof(WholeListConverter<RowWrite>))] IReadOnlyList<RowWrite> Writes);
