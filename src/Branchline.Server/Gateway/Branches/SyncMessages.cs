using System.Text.Json.Serialization;

namespace Branchline.Server.Gateway.Branches;

/// <summary>Body of <c>POST /api/sync/join</c>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record JoinWish([property: JsonRequired] string Token, [property: JsonRequired] string MasterUrl, bool Sealed = false);

/// <summary>How it stands with the masters above this node and the branches below it.</summary>
internal sealed record SyncStatusReply(string Epoch, long Head, IReadOnlyList<MasterReply> Masters, IReadOnlyList<LinkReply> Branches);

/// <summary>A master as the monitor shows it.</summary>
internal sealed record MasterReply(
    string Name, string Url, string Status, DateTimeOffset? LastSyncedAt, string? LastError, int RetryCount, long Known, bool IsLoaded, IReadOnlyList<LaneReply> Lanes, IReadOnlyList<RoundReply> Rounds);

/// <summary>A lane: how much waits in it, since when, and whether somebody paused it.</summary>
internal sealed record LaneReply(string Name, long Pending, long Held, DateTimeOffset? Oldest, bool IsPaused);

/// <summary>One round.</summary>
internal sealed record RoundReply(
    string Id, DateTimeOffset StartedAt, double Milliseconds, int Applied, int Merged, int Refused, int Changes, int Rows, int Repaired, IReadOnlyDictionary<string, string> Errors);

/// <summary>What would go up, and the outcomes the master would give.</summary>
internal sealed record DryRunReply(string Master, IReadOnlyList<DryRunLine> Up);

/// <summary>Mutations of one lane that would have one outcome.</summary>
internal sealed record DryRunLine(string Lane, string Table, string Kind, string Outcome, int Count);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(JoinWish))]
[JsonSerializable(typeof(SyncStatusReply))]
[JsonSerializable(typeof(RoundReply))]
[JsonSerializable(typeof(IReadOnlyList<RoundReply>))]
[JsonSerializable(typeof(DryRunReply))]
internal sealed partial class SyncStatusJson : JsonSerializerContext;
