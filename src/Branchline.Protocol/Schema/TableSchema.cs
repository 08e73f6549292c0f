using System.Text.Json.Serialization;

namespace Branchline.Protocol.Schema;

/// <summary>How a table's rows come and go.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TableKind>))]
public enum TableKind
{
    /// <summary>Mutable, merged field by field.</summary>
    [JsonStringEnumMemberName("record")]
    Record,

    /// <summary>Append-only: countered, never changed.</summary>
    [JsonStringEnumMemberName("ledger")]
    Ledger,
}

/// <summary>One table as declared, every default filled in. The format is docs/reference/schema.md.</summary>
public sealed record TableSchema
{
    /// <summary>Fields every table has without declaring them; only the node writes them.</summary>
    public static IReadOnlyList<string> KeptFields { get; } = ["id", "created_at", "updated_at"];

    /// <summary>The table's name.</summary>
    [JsonIgnore]
    public string Name { get; init; } = "";

    /// <summary>The feature whose file declares it.</summary>
    public required string Feature { get; init; }

    /// <summary>Plural, for screens.</summary>
    public required string Label { get; init; }

    /// <summary>Record or ledger.</summary>
    public TableKind Kind { get; init; }

    /// <summary>A document of record: accepted and flagged, voided, never deleted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Document { get; init; }

    /// <summary>Who sees its rows.</summary>
    public required ScopeRule Scope { get; init; }

    /// <summary>The field that names a row on screens.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Title { get; init; }

    /// <summary>Sets of fields that together are unique among live rows; single unique fields included.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Unique { get; init; } = [];

    /// <summary>Declared fields by name, in the order declared; without id, created_at and updated_at.</summary>
    public required IReadOnlyDictionary<string, FieldSchema> Fields { get; init; }

    /// <summary>Roles by action.</summary>
    public required AccessRule Access { get; init; }

    /// <summary>The workflow, if it has one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Workflow? Workflow { get; init; }

    /// <summary>What is broadcast when a row changes.</summary>
    public IReadOnlyList<EventRule> Events { get; init; } = [];
}

/// <summary>
/// Who a row is visible to: <paramref name="Kind"/> is <c>everyone</c>, <c>branch</c> or <c>user</c>, the last two by a field.
/// <paramref name="Through"/> is a ref: the row is seen where the row is that it names, and the node keeps the field so.
/// </summary>
public sealed record ScopeRule(
    string Kind,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Field = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Through = null)
{
    /// <summary>The scope every signed-in person holds.</summary>
    public const string Everyone = "everyone";

    /// <summary>Rows of one branch.</summary>
    public const string Branch = "branch";

    /// <summary>Rows of one user.</summary>
    public const string User = "user";
}

/// <summary>Role names allowed for each action.</summary>
public sealed record AccessRule(
    IReadOnlyList<string> Read, IReadOnlyList<string> Create, IReadOnlyList<string> Update, IReadOnlyList<string> Delete);

/// <summary>A status field, where it starts, and who may move it. <paramref name="Order"/>: when two moves meet, the one further right wins.</summary>
public sealed record Workflow(string Field, string Start, IReadOnlyList<string> Order, IReadOnlyList<WorkflowMove> Moves);

/// <summary>One allowed move of a workflow.</summary>
public sealed record WorkflowMove(IReadOnlyList<string> From, string To, IReadOnlyList<string> Roles);

/// <summary>
/// A broadcast on a channel under a name (<c>{action}</c> becomes create, update or delete), or a text word on <c>/ws</c>.
/// <paramref name="On"/> lists insert, update, delete, move, move:STATE.
/// </summary>
public sealed record EventRule(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Channel,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Word,
    IReadOnlyList<string> On,
    IReadOnlyList<string> Fields);
