using System.Text.Json.Serialization;

namespace Branchline.Server.Gateway.Branches;

/// <summary>
/// Body of <c>POST /api/branches/links</c>: what people call the branch. <paramref name="With"/> names branches below it, whose rows it holds, too;
/// <paramref name="All"/> gives it all of them, and makes no branch of that name. With <paramref name="Equal"/> neither node will have the last word.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record NewLink([property: JsonRequired] string Name, bool Equal = false, bool All = false, IReadOnlyList<string>? With = null);

/// <summary>
/// A branch as the monitor shows it. <paramref name="Token"/> is shown once, to be given to <c>branchline join</c>. <paramref name="Behind"/> is how many
/// changes wait for it, at most 10,000 are counted; null while nobody knows.
/// </summary>
internal sealed record LinkReply(
    string Id, string Name, IReadOnlyList<string> Branches, string State, DateTimeOffset? JoinedAt, DateTimeOffset? SeenAt, long? Behind, long Pushed, long Pulled,
    bool Equal, bool All,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Token = null)
{
    /// <summary><c>live</c>, <c>late</c> when it should be heard of and is not, or <c>none</c>.</summary>
    public required string Contact { get; init; }

    /// <summary>How long the oldest of the changes that wait for it has waited.</summary>
    public double? LagSeconds { get; init; }

    /// <summary>Why it was not let in when it came last.</summary>
    public RefusalReply? Refusal { get; init; }

    /// <summary>Whether nobody holds the log from further back.</summary>
    public bool IsFloorHolder { get; init; }

    /// <summary>What it said of itself last; null before its first report.</summary>
    public ReportReply? Report { get; init; }
}

/// <summary><c>token_invalid</c> or <c>clock_wrong</c>, and when.</summary>
internal sealed record RefusalReply(string Code, DateTimeOffset At);

/// <summary>A branch's report: when it came, and what it said.</summary>
internal sealed record ReportReply(DateTimeOffset At, string Version, bool HasSameSchema, string? Host, double SkewSeconds)
{
    public required long PendingUp { get; init; }

    public required long HeldUp { get; init; }

    /// <summary>Since when the oldest waits, by this node's clock.</summary>
    public required DateTimeOffset? OldestUp { get; init; }

    public required IReadOnlyList<LaneReply> Lanes { get; init; }

    public required IReadOnlyDictionary<string, string> Errors { get; init; }

    public required int Failures { get; init; }

    public required int Sockets { get; init; }

    public required int Devices { get; init; }

    public required long? DiskFree { get; init; }

    public required IReadOnlyList<ReportedRoundReply> Rounds { get; init; }
}

/// <summary>A lane: how much waits in it, since when, whether somebody paused it; of this node's own lanes also their settings, and when one that is closed opens.</summary>
internal sealed record LaneReply(string Name, long Pending, long Held, DateTimeOffset? Oldest, bool IsPaused)
{
    public string? Window { get; init; }

    public int? MaxChangesPerSecond { get; init; }

    public DateTimeOffset? ClosedUntil { get; init; }

    /// <summary>Of this node's own lanes: rows loaded so far.</summary>
    public long Loaded { get; init; }

    /// <summary>How many rows the master said there are.</summary>
    public long Total { get; init; }
}

/// <summary>A round as the branch reported it.</summary>
internal sealed record ReportedRoundReply(string Id, DateTimeOffset StartedAt, double Milliseconds, int Up, int Refused, int Down, int Repaired, string? Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(NewLink))]
[JsonSerializable(typeof(LinkReply))]
[JsonSerializable(typeof(IReadOnlyList<LinkReply>))]
internal sealed partial class LinkJson : JsonSerializerContext;
