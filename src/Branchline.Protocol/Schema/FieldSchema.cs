using System.Text.Json.Serialization;

namespace Branchline.Protocol.Schema;

/// <summary>The types a field can have.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FieldType>))]
public enum FieldType
{
    /// <summary>Unicode text.</summary>
    [JsonStringEnumMemberName("text")]
    Text,

    /// <summary>A whole number within ±(2^53 - 1).</summary>
    [JsonStringEnumMemberName("integer")]
    Integer,

    /// <summary>A number with a fixed count of digits after the point.</summary>
    [JsonStringEnumMemberName("decimal")]
    Decimal,

    /// <summary>Whole number of the currency's smallest unit.</summary>
    [JsonStringEnumMemberName("money")]
    Money,

    /// <summary>true or false.</summary>
    [JsonStringEnumMemberName("boolean")]
    Boolean,

    /// <summary>A calendar day.</summary>
    [JsonStringEnumMemberName("date")]
    Date,

    /// <summary>A moment in UTC, to the millisecond.</summary>
    [JsonStringEnumMemberName("timestamp")]
    Timestamp,

    /// <summary>One of a list of words.</summary>
    [JsonStringEnumMemberName("enum")]
    Enum,

    /// <summary>The id of a row of another table.</summary>
    [JsonStringEnumMemberName("ref")]
    Ref,

    /// <summary>Any JSON value.</summary>
    [JsonStringEnumMemberName("json")]
    Json,

    /// <summary>The name of a stored file.</summary>
    [JsonStringEnumMemberName("file")]
    File,
}

/// <summary>How two writes to one field are settled.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MergePolicy>))]
public enum MergePolicy
{
    /// <summary>The higher stamp wins.</summary>
    [JsonStringEnumMemberName("last-writer")]
    LastWriter,

    /// <summary>Only rules and sums write it.</summary>
    [JsonStringEnumMemberName("server-only")]
    ServerOnly,

    /// <summary>The first value stays.</summary>
    [JsonStringEnumMemberName("write-once")]
    WriteOnce,

    /// <summary>The larger number wins.</summary>
    [JsonStringEnumMemberName("max")]
    Max,

    /// <summary>The smaller number wins.</summary>
    [JsonStringEnumMemberName("min")]
    Min,

    /// <summary>JSON lists are united.</summary>
    [JsonStringEnumMemberName("set-union")]
    SetUnion,

    /// <summary>The kept value stays and the conflict waits for a person.</summary>
    [JsonStringEnumMemberName("manual")]
    Manual,
}

/// <summary>One field as declared, every default filled in.</summary>
public sealed record FieldSchema
{
    /// <summary>The field's name.</summary>
    [JsonIgnore]
    public string Name { get; init; } = "";

    /// <summary>Its type.</summary>
    public required FieldType Type { get; init; }

    /// <summary>For screens.</summary>
    public required string Label { get; init; }

    /// <summary>Whether null is refused.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Required { get; init; }

    /// <summary>The value of an insert that does not name the field; text <c>now</c> and <c>today</c> for timestamp and date.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public FieldValue Default { get; init; }

    /// <summary>Whether its values are unique among live rows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Unique { get; init; }

    /// <summary>Whether it is indexed; true for refs, unique, workflow and scope fields without being declared.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Index { get; init; }

    /// <summary>Whether <c>?search=</c> looks into it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Search { get; init; }

    /// <summary>Smallest number allowed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Min { get; init; }

    /// <summary>Largest number, or most characters of a text or file name (default 2000).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Max { get; init; }

    /// <summary>Digits after the point of a decimal.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Scale { get; init; }

    /// <summary>The words of an enum.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>The table a ref points to.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Table { get; init; }

    /// <summary>How two writes are settled; <c>server-only</c> for sums.</summary>
    public MergePolicy Merge { get; init; }

    /// <summary>Fields of one group win or lose together.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Group { get; init; }

    /// <summary>Set when the field is the sum of a ledger.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SumRule? Sum { get; init; }
}

/// <summary>
/// A field kept by the node: the sum of <paramref name="Field"/> over the entries of <paramref name="Ledger"/> whose fields equal
/// this row's (<paramref name="Match"/>: this table's field or <c>id</c> to the ledger's field).
/// <paramref name="Create"/> makes the row when missing; <paramref name="Count"/> names entries that state the value.
/// </summary>
public sealed record SumRule(
    string Ledger,
    string Field,
    IReadOnlyDictionary<string, string> Match,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Create = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CountRule? Count = null);

/// <summary>Ledger entries whose <paramref name="Field"/> equals <paramref name="Value"/> state the quantity instead of adding to it.</summary>
public sealed record CountRule(string Field, string Value);
