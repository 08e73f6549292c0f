using System.Text.Json.Serialization;

namespace Branchline.Protocol;

/// <summary>A mutation as a branch took it in, and who made it there. Its writes are those that had an effect.</summary>
public sealed record ForwardedMutation(
    [property: JsonRequired] Mutation Mutation,
    [property: JsonRequired] string User,
    [property: JsonRequired] string Role);

/// <summary>
/// Mutations of a branch's devices in the order they were taken in, at most 500. Body of <c>POST /branch/push</c>. <paramref name="DryRun"/> asks for
/// the outcomes only.
/// </summary>
public sealed record BranchPushRequest(
    [property: JsonRequired, JsonConverter(typeof(WholeListConverter<ForwardedMutation>))] IReadOnlyList<ForwardedMutation> Mutations,
    bool DryRun = false)
{
    /// <summary>The life of the master's log as the branch knows it: in another one nothing is judged before what was lost came back.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Epoch { get; init; }
}

/// <summary>
/// The master's outcomes, which are final, one a mutation in the order they were sent; fewer of them: the branch sends the rest again.
/// <paramref name="Epoch"/> is the life of the master's log that they were written to.
/// </summary>
public sealed record BranchPushReply(string Epoch, IReadOnlyList<MutationOutcome> Outcomes, DateTimeOffset Time)
{
    /// <summary>As in <see cref="WordFromAbove"/>, once these were judged; null where no master is above.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, long>? Waiting { get; init; }
}

/// <summary>
/// What a master that has a master itself was told of the mutations that came by a branch. <paramref name="Waiting"/> names devices with the lowest number
/// that is not final: what is below it is, and everything of devices that are not named. <paramref name="Refused"/> are those that were applied and then
/// refused further up, oldest first, at most 100; <paramref name="Heard"/> is brought with the next question, and those after it are answered.
/// </summary>
public sealed record WordFromAbove(IReadOnlyDictionary<string, long> Waiting, IReadOnlyList<LateRefusal> Refused, Cursor Heard);

/// <summary>A mutation as it was sent up, and why it was refused there. Its rows come back as changes of their own.</summary>
public sealed record LateRefusal(
    [property: JsonRequired] ForwardedMutation Forwarded,
    [property: JsonRequired] MutationOutcome Outcome,
    [property: JsonRequired] DateTimeOffset At);

/// <summary>
/// A change between nodes: as devices read it, and with it the stamps by which fields are merged where <paramref name="At"/> is not all of them.
/// </summary>
public sealed record BranchChange(
    long Seq,
    [property: JsonRequired] string Table,
    [property: JsonRequired] Guid Id,
    [property: JsonRequired] ChangeKind Kind,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, FieldValue>? Fields,
    [property: JsonRequired] Stamp At,
    [property: JsonRequired] DeviceId Device,
    long N)
{
    /// <summary>Of a whole row: the stamps of the fields written since its insert, whose stamp is <see cref="At"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Stamps { get; init; }
}

/// <summary>
/// Body of <c>POST /branch/pull</c>: a lane's tables, and for each scope how far the branch has read. Without a cursor the scope's rows are answered, a
/// stretch a time. <paramref name="Own"/> asks for changes, too, that came from the branch itself, <paramref name="Deleted"/> for deleted rows among the
/// rows: a node that has equals tells them of a row that is gone from here whether it was deleted.
/// </summary>
public sealed record BranchPullRequest(
    [property: JsonRequired, JsonConverter(typeof(WholeListConverter<string>))] IReadOnlyList<string> Tables,
    [property: JsonRequired] IReadOnlyDictionary<string, BranchPlace> Places,
    int Limit = 2000,
    bool Own = false,
    bool Deleted = false)
{
    /// <summary>How far refusals from further up were heard of, as the master said last.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Cursor? Heard { get; init; }
}

/// <summary>How far a branch has read a scope: a cursor, or within its rows the mark that the master gave. Nothing of both: it begins.</summary>
public sealed record BranchPlace(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Cursor? Cursor = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Next = null);

/// <summary>A stretch of one scope for a branch: changes of its log, or of its rows whole, and where to read on.</summary>
public sealed record BranchPage(string Scope)
{
    /// <summary>Where the branch reads on once the page is applied.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BranchPlace? To { get; init; }

    /// <summary>Whether there is more to pull at once.</summary>
    public bool More { get; init; }

    /// <summary>Whether these are the scope's rows rather than its changes.</summary>
    public bool Rows { get; init; }

    /// <summary>How many rows there are to load; only on the first page of rows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Total { get; init; }

    /// <summary>The checksum of the lane's rows of the scope once the page is applied; only at the end.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Checksum { get; init; }

    /// <summary>The changes in order. What was left out is read as null, and is none.</summary>
    public IReadOnlyList<BranchChange> Changes { get; init => field = value ?? []; } = [];

    /// <summary>Why the branch begins anew: <c>epoch_changed</c>, <c>ahead</c>, <c>access_changed</c> or <c>expired</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reset { get; init; }

    /// <summary>True when the branch holds the scope no longer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Revoked { get; init; }
}

/// <summary>One page for each scope asked for, and every scope that the branch holds.</summary>
public sealed record BranchPullReply(
    IReadOnlyList<string> Scopes, string Epoch, string Schema, DateTimeOffset Time, IReadOnlyList<BranchPage> Pages)
{
    /// <summary>Null where no master is above: what this one said is final.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WordFromAbove? Above { get; init; }
}

/// <summary>
/// Body of <c>POST /branch/states</c>: rows as the branch has them, at most 1,000. They are merged by their stamps: after a master was put back to an older
/// copy each of its branches has what it lost.
/// </summary>
public sealed record BranchStates([property: JsonRequired, JsonConverter(typeof(WholeListConverter<BranchChange>))] IReadOnlyList<BranchChange> Changes)
{
    /// <summary>Of the branches among them those that are the sender, or below it: after a master was put back to before they were made, it knows whose they are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Guid>? Holds { get; init; }
}

/// <summary>Where the log ends, and which rows were passed over; all others are as they stand there or newer.</summary>
public sealed record BranchStatesReply(string Epoch, long Seq, DateTimeOffset Time, IReadOnlyList<PassedOver> Passed);

/// <summary>An offered row that was not taken, and why: <paramref name="Code"/> is one of <see cref="ErrorCodes"/>.</summary>
public sealed record PassedOver(string Table, Guid Id, string Code, string Reason);

/// <summary>Body of <c>POST /branch/wait</c>: answered as soon as the log has a change for the branch after <paramref name="Seq"/>, or after a while.</summary>
public sealed record BranchWait(long Seq);

/// <summary>Where the master's log ends.</summary>
public sealed record BranchHead(string Epoch, long Seq, DateTimeOffset Time);

/// <summary>Rows by table, at most 500. Body of <c>POST /branch/rows</c>; the answer has a change for each.</summary>
public sealed record BranchRowsRequest([property: JsonRequired] IReadOnlyDictionary<string, IReadOnlyList<Guid>> Rows);

/// <summary>Each row as it stands; one that is gone, or that the branch may not see, as <c>leave</c>.</summary>
public sealed record BranchRowsReply(IReadOnlyList<BranchChange> Changes);
