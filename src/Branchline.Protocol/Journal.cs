using System.Text.Json.Serialization;

namespace Branchline.Protocol;

/// <summary>
/// A device's file of everything that it has not got through with: mutations that were not answered, in the order in which they were made, and
/// those that were rejected. Body of <c>POST /api/journal</c>.
/// </summary>
public sealed record Journal(
    [property: JsonRequired] string Format,
    [property: JsonRequired] int Version,
    [property: JsonPropertyName("exported_at")] DateTimeOffset ExportedAt,
    [property: JsonRequired] JournalUser User,
    [property: JsonRequired] DeviceId Device,
    [property: JsonRequired, JsonConverter(typeof(WholeListConverter<Mutation>))] IReadOnlyList<Mutation> Mutations,
    [property: JsonRequired, JsonConverter(typeof(WholeListConverter<JournalRejection>))] IReadOnlyList<JournalRejection> Rejected)
{
    /// <summary>What <see cref="Format"/> says.</summary>
    public const string FormatName = "branchline-journal";

    /// <summary>The newest version.</summary>
    public const int NewestVersion = 1;
}

/// <summary>Whose journal it is, as the device says.</summary>
public sealed record JournalUser([property: JsonRequired] string Id, [property: JsonRequired] string Name);

/// <summary>A mutation that was rejected, with the reason.</summary>
public sealed record JournalRejection(
    [property: JsonRequired] Mutation Mutation, [property: JsonRequired] string Code, [property: JsonRequired] string Reason)
{
    /// <summary>The table that was objected to.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Table { get; init; }

    /// <summary>The field that was objected to.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Field { get; init; }

    /// <summary>What would put it right.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Remedy { get; init; }

    /// <summary>When the device was told.</summary>
    [JsonPropertyName("rejected_at"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? RejectedAt { get; init; }
}

/// <summary>
/// What became of a journal, or would: an outcome for each of its mutations, and where each of its rejected ones is. <paramref name="Device"/> is the
/// one under which they were applied.
/// </summary>
public sealed record JournalReply(
    bool DryRun, DeviceId Device, IReadOnlyList<MutationOutcome> Outcomes, IReadOnlyList<HandOverReply> Rejected);
