using System.Text.Json;
using System.Text.Json.Serialization;

namespace Branchline.Protocol;

/// <summary>Mutations of one device in ascending number, at most 500. Body of <c>POST /sync/push</c>.</summary>
public sealed record PushRequest(
    string? Incarnation,
    [property: JsonRequired, JsonConverter(typeof(WholeListConverter<Mutation>))] IReadOnlyList<Mutation> Mutations);

/// <summary>
/// One outcome a mutation, in the order they were sent. <paramref name="Epoch"/> is the life of the log that they were written to: once the node
/// names another, it was put back to an older copy and may have lost them.
/// </summary>
public sealed record PushReply(string Incarnation, string Epoch, IReadOnlyList<MutationOutcome> Outcomes, DateTimeOffset Time);

/// <summary>Body of <c>POST /api/tray/ID/resend</c>: writes in place of the entry's own, or none to send it as it is.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ResendRequest(
    [property: JsonConverter(typeof(WholeListConverter<RowWrite>))] IReadOnlyList<RowWrite>? Writes = null);

/// <summary>Body of <c>POST /sync/pull</c>. A null cursor asks for a snapshot; the default limit is 1000 changes a page.</summary>
public sealed record PullRequest(
    [property: JsonRequired] DeviceId Device,
    [property: JsonRequired] IReadOnlyDictionary<string, Cursor?> Cursors,
    int Limit = 1000)
{
    /// <summary>How far the last word was heard, as the node said last.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Cursor? Heard { get; init; }

    /// <summary>Ids that the device had before, the newest first, at most 8: what was said of those is its own, too.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DeviceId>? Formers { get; init; }

    /// <summary>What it knows of its disk, see <see cref="StorageVerdict"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Storage { get; init; }
}

/// <summary>One page for each scope asked for.</summary>
public sealed record PullReply(
    IReadOnlyList<string> Scopes, string Epoch, string Schema, long LastN, DateTimeOffset Time, IReadOnlyList<FeedPage> Pages)
{
    /// <summary>Null where no master is above the node: its own outcomes are final.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LastWord? LastWord { get; init; }
}

/// <summary>
/// What head office said of a device's mutations, which is final; a branch's own outcomes are provisional. Up to <paramref name="N"/> none of those that
/// the node answered for waits for it. <paramref name="Refused"/> are those that the branch had applied and head office refused, oldest first, at most
/// 100; <paramref name="Heard"/> is brought next time, and those after it are answered. After an older copy was put back N may be less than before,
/// and what was refused may be told again: it is known by its id. While something waits that was sent under a former id N is 0.
/// </summary>
public sealed record LastWord(long N, IReadOnlyList<RefusedMutation> Refused, Cursor Heard);

/// <summary>A mutation that was applied and refused later. Its rows were taken back by changes of the feed.</summary>
public sealed record RefusedMutation(Mutation Mutation, MutationOutcome Outcome, DateTimeOffset At);

/// <summary>A stretch of a scope's rows; the columns are named once. <paramref name="Next"/> is null at the end.</summary>
public sealed record SnapshotChunk(string Scope, Cursor Cursor, IReadOnlyList<SnapshotPart> Parts, string? Next);

/// <summary>Rows of one table; the first column is the id.</summary>
public sealed record SnapshotPart(string Table, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<FieldValue>> Rows);

/// <summary>Ranges of a scope's rows with the reader's checksums of them, at most 64. Body of <c>POST /sync/compare</c>.</summary>
public sealed record CompareRequest(
    [property: JsonRequired] string Scope,
    [property: JsonRequired, JsonConverter(typeof(WholeListConverter<CompareRange>))] IReadOnlyList<CompareRange> Ranges);

/// <summary>
/// The rows of a table whose ids come after one up to another; null is without end. <paramref name="Rows"/> has the checksum of each of the reader's
/// rows, at most 500: then the rows that differ are answered.
/// </summary>
public sealed record CompareRange(
    [property: JsonRequired] string Table,
    Guid? After,
    Guid? To,
    [property: JsonRequired] string Checksum,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<Guid, string>? Rows = null);

/// <summary>How the ranges compare with the node's rows as they stand at the cursor. Tables that the reader may not read are left out.</summary>
public sealed record CompareReply(string Scope, Cursor Cursor, IReadOnlyList<ComparedRange> Ranges);

/// <summary>A range, and whether it is the same. If not, either where to divide it or, for a range that came with its rows, what is different.</summary>
public sealed record ComparedRange(string Table, Guid? After, Guid? To, bool Same)
{
    /// <summary>How many rows the node has in it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Count { get; init; }

    /// <summary>Ids that divide it into parts of about as many rows; none for one so small that its rows should be sent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Guid>? Splits { get; init; }

    /// <summary>The rows that the reader lacks or has otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SnapshotPart? Part { get; init; }

    /// <summary>The rows that the reader has and the node has not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Guid>? Gone { get; init; }
}

/// <summary>First frame of a device on <c>/sync/live</c>.</summary>
public sealed record LiveHello(
    [property: JsonRequired] DeviceId Device, [property: JsonRequired] IReadOnlyDictionary<string, Cursor?> Cursors)
{
    /// <summary>As in <see cref="PullRequest"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Cursor? Heard { get; init; }

    /// <summary>As in <see cref="PullRequest"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DeviceId>? Formers { get; init; }

    /// <summary>As in <see cref="PullRequest"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Storage { get; init; }
}

/// <summary>A push over the socket; <paramref name="Id"/> is the device's own request number.</summary>
public sealed record LivePush(
    [property: JsonRequired] long Id,
    string? Incarnation,
    [property: JsonRequired, JsonConverter(typeof(WholeListConverter<Mutation>))] IReadOnlyList<Mutation> Mutations);

/// <summary>Answer to hello.</summary>
public sealed record LiveWelcome(IReadOnlyList<string> Scopes, string Epoch, string Schema, long LastN, DateTimeOffset Time)
{
    /// <summary>As in <see cref="PullReply"/>. When it changes later it is sent as a frame of its own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LastWord? LastWord { get; init; }
}

/// <summary>Answer to a push; every change of it that the device may see was sent before.</summary>
public sealed record LivePushed(long Id, string Incarnation, string Epoch, IReadOnlyList<MutationOutcome> Outcomes, DateTimeOffset Time);

/// <summary>A push refused as a whole; nothing of it was applied.</summary>
public sealed record LiveRefused(
    long Id, int Status, string Code, string Message, bool IsTransient,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Expected);

/// <summary>The last frame before the node closes the socket.</summary>
public sealed record LiveError(string Code, string Message, bool IsTransient);

/// <summary>An answer to a ping.</summary>
public sealed record LivePong(DateTimeOffset Time);

/// <summary>Source-generated JSON for every message; deep enough for a field of 64 levels inside a message.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    MaxDepth = 96,
    RespectNullableAnnotations = true,
    Converters = [typeof(TimestampConverter)])]
[JsonSerializable(typeof(PushRequest))]
[JsonSerializable(typeof(PushReply))]
[JsonSerializable(typeof(ResendRequest))]
[JsonSerializable(typeof(HandOverRequest))]
[JsonSerializable(typeof(HandOverReply))]
[JsonSerializable(typeof(Journal))]
[JsonSerializable(typeof(JournalRejection))]
[JsonSerializable(typeof(JournalReply))]
[JsonSerializable(typeof(PullRequest))]
[JsonSerializable(typeof(PullReply))]
[JsonSerializable(typeof(SnapshotChunk))]
[JsonSerializable(typeof(CompareRequest))]
[JsonSerializable(typeof(CompareRange))]
[JsonSerializable(typeof(CompareReply))]
[JsonSerializable(typeof(LiveHello))]
[JsonSerializable(typeof(LivePush))]
[JsonSerializable(typeof(LiveWelcome))]
[JsonSerializable(typeof(LivePushed))]
[JsonSerializable(typeof(LiveRefused))]
[JsonSerializable(typeof(LiveError))]
[JsonSerializable(typeof(LivePong))]
[JsonSerializable(typeof(LastWord))]
[JsonSerializable(typeof(LateRefusal))]
[JsonSerializable(typeof(BranchPushRequest))]
[JsonSerializable(typeof(BranchPushReply))]
[JsonSerializable(typeof(BranchPullRequest))]
[JsonSerializable(typeof(BranchPullReply))]
[JsonSerializable(typeof(BranchChange))]
[JsonSerializable(typeof(BranchStates))]
[JsonSerializable(typeof(BranchStatesReply))]
[JsonSerializable(typeof(BranchWait))]
[JsonSerializable(typeof(BranchHead))]
[JsonSerializable(typeof(BranchRowsRequest))]
[JsonSerializable(typeof(BranchRowsReply))]
[JsonSerializable(typeof(BranchReport))]
[JsonSerializable(typeof(ReportedLane))]
[JsonSerializable(typeof(ReportedRound))]
[JsonSerializable(typeof(ReportedBranch))]
[JsonSerializable(typeof(ForwardedMutation))]
[JsonSerializable(typeof(FeedPage))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(FieldValue))]
[JsonSerializable(typeof(MutationOutcome))]
[JsonSerializable(typeof(Mutation))]
[JsonSerializable(typeof(Dictionary<string, FieldValue>))]
public sealed partial class ProtocolJson : JsonSerializerContext;
