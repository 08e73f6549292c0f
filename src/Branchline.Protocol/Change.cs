using System.Text.Json.Serialization;

namespace Branchline.Protocol;

/// <summary>What a change does to a row of the reader's replica.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChangeKind>))]
public enum ChangeKind
{
    /// <summary>Merge the fields into the row; make it when missing.</summary>
    [JsonStringEnumMemberName("set")]
    Set,

    /// <summary>The row came into this scope, whole.</summary>
    [JsonStringEnumMemberName("enter")]
    Enter,

    /// <summary>The row left this scope: drop it.</summary>
    [JsonStringEnumMemberName("leave")]
    Leave,

    /// <summary>The row is deleted.</summary>
    [JsonStringEnumMemberName("delete")]
    Delete,
}

/// <summary>One committed row write in a node's log, as the reader of one scope sees it.</summary>
public sealed record Change(
    long Seq,
    string Table,
    Guid Id,
    ChangeKind Kind,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, FieldValue>? Fields,
    Stamp At,
    DeviceId Device,
    long N);

/// <summary>A stretch of one scope's feed. Applied whole; instead of changes it may say why the reader must start again.</summary>
public sealed record FeedPage(string Scope)
{
    /// <summary>The cursor the page continues from.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Cursor? From { get; init; }

    /// <summary>The reader's cursor once the page is applied.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Cursor? To { get; init; }

    /// <summary>Whether there is more to pull at once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? More { get; init; }

    /// <summary>
    /// The checksum of the reader's rows of the scope once the page is applied, see <see cref="RowChecksum"/>; only on the page that reaches the end.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Checksum { get; init; }

    /// <summary>The changes in order.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Change>? Changes { get; init; }

    /// <summary>Why a snapshot is needed: <c>new</c>, <c>epoch_changed</c>, <c>access_changed</c>, <c>ahead</c> or <c>expired</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reset { get; init; }

    /// <summary>True when the reader holds the scope no longer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Revoked { get; init; }
}
