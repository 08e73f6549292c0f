using System.Text.Json.Serialization;

namespace Branchline.Protocol;

/// <summary>
/// How a branch stands, told to its master after rounds. Body of <c>POST /branch/report</c>, answered with a <see cref="BranchHead"/>.
/// <paramref name="Node"/> names the node for life, <paramref name="Time"/> is its clock.
/// </summary>
public sealed record BranchReport(
    [property: JsonRequired] string Node,
    [property: JsonRequired] string Version,
    [property: JsonRequired] string Schema,
    [property: JsonRequired] DateTimeOffset Time)
{
    private static readonly Dictionary<string, string> NoErrors = [];

    /// <summary>What the machine calls itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Host { get; init; }

    // A generated reader sets what was left out to null, whatever it begins with.

    /// <summary>What waits to go up, by lane.</summary>
    [JsonConverter(typeof(WholeListConverter<ReportedLane>))]
    public IReadOnlyList<ReportedLane> Lanes { get; init => field = value ?? []; } = [];

    /// <summary>What went wrong in the last round, by lane; <c>node</c> is the branch itself.</summary>
    public IReadOnlyDictionary<string, string> Errors { get; init => field = value ?? NoErrors; } = NoErrors;

    /// <summary>How many rounds in a row failed.</summary>
    public int Failures { get; init; }

    /// <summary>Rounds since the report before that did something or failed, the newest first.</summary>
    [JsonConverter(typeof(WholeListConverter<ReportedRound>))]
    public IReadOnlyList<ReportedRound> Rounds { get; init => field = value ?? []; } = [];

    /// <summary>How many sockets are open.</summary>
    public int Sockets { get; init; }

    /// <summary>How many devices follow its feed at this moment.</summary>
    public int Devices { get; init; }

    /// <summary>Free bytes where its data is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? DiskFree { get; init; }

    /// <summary>The branches that follow it, with what each of them reported.</summary>
    [JsonConverter(typeof(WholeListConverter<ReportedBranch>))]
    public IReadOnlyList<ReportedBranch> Branches { get; init => field = value ?? []; } = [];
}

/// <summary>A lane: how much waits in it and since when, how much is held until the master knows its tables, and whether somebody paused it.</summary>
public sealed record ReportedLane([property: JsonRequired] string Name, long Waiting, long Held, bool IsPaused)
{
    /// <summary>Since when the oldest waits, by the branch's clock.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Oldest { get; init; }
}

/// <summary>One round: mutations up and how many of them were refused, changes and rows down, scopes loaded anew, and what went wrong.</summary>
public sealed record ReportedRound([property: JsonRequired] string Id, DateTimeOffset StartedAt, double Milliseconds, int Up, int Refused, int Down, int Repaired)
{
    /// <summary>What went wrong; left out of a round in which nothing did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }
}

/// <summary>A branch of a branch, as its master sees it.</summary>
public sealed record ReportedBranch([property: JsonRequired] string Name, [property: JsonRequired] string State, [property: JsonRequired] string Contact)
{
    /// <summary>When it was last heard of.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>How many changes wait for it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Behind { get; init; }

    /// <summary>What it reported last; left out where it was cut off.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BranchReport? Report { get; init; }

    /// <summary>Why its report is left out: <c>ring</c>, <c>depth</c> or <c>count</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Cut { get; init; }
}
