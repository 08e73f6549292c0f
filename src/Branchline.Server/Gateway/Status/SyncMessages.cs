using System.Text.Json.Serialization;
using Branchline.Server.Gateway.Branches;
using Branchline.Server.Store.Backups;

namespace Branchline.Server.Gateway.Status;

/// <summary>Body of <c>POST /api/sync/join</c>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record JoinWish([property: JsonRequired] string Token, [property: JsonRequired] string MasterUrl, bool Sealed = false, bool Force = false);

/// <summary>How it stands with the masters above this node, the branches below it, the devices that read its feed, and itself.</summary>
internal sealed record SyncStatusReply(string Epoch, long Head, IReadOnlyList<MasterReply> Masters, IReadOnlyList<LinkReply> Branches)
{
    public required DateTimeOffset Time { get; init; }

    public required NodeReply Node { get; init; }

    public required ScheduleReply Schedule { get; init; }

    /// <summary>At most 200, those heard of last first.</summary>
    public required IReadOnlyList<DeviceReply> Devices { get; init; }

    public required FloorReply Floor { get; init; }

    public required IReadOnlyList<AlertReply> Alerts { get; init; }

    /// <summary>Null where no address was named.</summary>
    public required AlertWebhookReply? AlertWebhook { get; init; }

    public required TopologyReply Topology { get; init; }

    /// <summary>Copies of the database that may be put back, newest first.</summary>
    public required IReadOnlyList<Backup> Backups { get; init; }
}

/// <summary>This node.</summary>
internal sealed record NodeReply(string Id, string Version, string Schema, string Host, int Sockets, DiskReply? Disk);

/// <summary>Bytes where the data is.</summary>
internal sealed record DiskReply(long Free, long Total);

/// <summary>Whether rounds run by themselves, and how often without a reason.</summary>
internal sealed record ScheduleReply(bool Enabled, double IntervalSeconds);

/// <summary>A device that reads the feed. <paramref name="Behind"/> is how many changes of its feed it has not read, at most 10,000 are counted; null while nobody knows. <paramref name="Storage"/> is what it said of its disk, null when it says nothing.</summary>
internal sealed record DeviceReply(string Id, string? UserId, string? UserName, DateTimeOffset SeenAt, bool IsLive, long? Behind, bool IsFloorHolder, string? Storage);

/// <summary>
/// From which change on the log is kept whole, how many that are, and who holds it: <c>time</c>, <c>device:ID</c>, <c>branch:ID</c> or <c>snapshot:SCOPE</c>.
/// </summary>
internal sealed record FloorReply(long Seq, long Changes, IReadOnlyList<FloorHolderReply> Holders);

/// <summary>One who holds the log; the lowest first, at most ten.</summary>
internal sealed record FloorHolderReply(string Holder, string? Name, long Seq, DateTimeOffset? Until);

/// <summary>An alert that is raised.</summary>
internal sealed record AlertReply(string Kind, string Subject, string Name, string Text, DateTimeOffset Since);

/// <summary>How it goes with the posts of alerts.</summary>
internal sealed record AlertWebhookReply(int Waiting, string? Failure);

/// <summary>A node and the branches below it, as deep as reports go. <paramref name="Cut"/> says why it ends: <c>ring</c>, <c>depth</c> or <c>count</c>.</summary>
internal sealed record TopologyReply(string Name, string State, string Contact, DateTimeOffset? SeenAt, long? Behind, string? Cut)
{
    public string? Node { get; init; }

    public string? Version { get; init; }

    public string? Host { get; init; }

    public long? PendingUp { get; init; }

    public required IReadOnlyList<TopologyReply> Branches { get; init; }
}

/// <summary>A master as the monitor shows it.</summary>
internal sealed record MasterReply(
    string Name, string Url, string Status, DateTimeOffset? LastSyncedAt, string? LastError, int RetryCount, long Known, bool IsLoaded, IReadOnlyList<LaneReply> Lanes, IReadOnlyList<RoundReply> Rounds)
{
    /// <summary>Rows loaded so far, of those lanes that were begun.</summary>
    public required long Loaded { get; init; }

    /// <summary>How many rows the master said there are in them.</summary>
    public required long Total { get; init; }

    /// <summary>When the next round runs if nothing happens before; null while none will by itself.</summary>
    public required DateTimeOffset? NextRoundAt { get; init; }

    /// <summary>How far this node's clock is ahead of the master's; null before the first report.</summary>
    public required double? SkewSeconds { get; init; }
}

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
