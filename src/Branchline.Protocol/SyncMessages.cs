using System.Text.Json;
using System.Text.Json.Serialization;

namespace Branchline.Protocol;

/// <summary>Mutations of one device in ascending number, at most 500. Body of <c>POST /sync/push</c>.</summary>
public sealed record PushRequest(
    string? Incarnation,
    [property: JsonRequired, JsonConverter(typeof(WholeListConverter<Mutation>))] IReadOnlyList<Mutation> Mutations);

/// <summary>One outcome a mutation, in the order they were sent.</summary>
public sealed record PushReply(string Incarnation, IReadOnlyList<MutationOutcome> Outcomes, DateTimeOffset Time);

/// <summary>Body of <c>POST /api/tray/ID/resend</c>: writes in place of the entry's own, or none to send it as it is.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ResendRequest(
    [property: JsonConverter(typeof(WholeListConverter<RowWrite>))] IReadOnlyList<RowWrite>? Writes = null);

/// <summary>Body of <c>POST /sync/pull</c>. A null cursor asks for a snapshot; the default limit is 1000 changes a page.</summary>
public sealed record PullRequest(
    [property: JsonRequired] DeviceId Device,
    [property: JsonRequired] IReadOnlyDictionary<string, Cursor?> Cursors,
    int Limit = 1000);

/// <summary>One page for each scope asked for.</summary>
public sealed record PullReply(
    IReadOnlyList<string> Scopes, string Epoch, string Schema, long LastN, DateTimeOffset Time, IReadOnlyList<FeedPage> Pages);

/// <summary>A stretch of a scope's rows; the columns are named once. <paramref name="Next"/> is null at the end.</summary>
public sealed record SnapshotChunk(string Scope, Cursor Cursor, IReadOnlyList<SnapshotPart> Parts, string? Next);

/// <summary>Rows of one table; the first column is the id.</summary>
public sealed record SnapshotPart(string Table, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<FieldValue>> Rows);

/// <summary>First frame of a device on <c>/sync/live</c>.</summary>
public sealed record LiveHello(
    [property: JsonRequired] DeviceId Device, [property: JsonRequired] IReadOnlyDictionary<string, Cursor?> Cursors);

/// <summary>A push over the socket; <paramref name="Id"/> is the device's own request number.</summary>
public sealed record LivePush(
    [property: JsonRequired] long Id,
    string? Incarnation,
    [property: JsonRequired, JsonConverter(typeof(WholeListConverter<Mutation>))] IReadOnlyList<Mutation> Mutations);

/// <summary>Answer to hello.</summary>
public sealed record LiveWelcome(IReadOnlyList<string> Scopes, string Epoch, string Schema, long LastN, DateTimeOffset Time);

/// <summary>Answer to a push; every change of it that the device may see was sent before.</summary>
public sealed record LivePushed(long Id, string Incarnation, IReadOnlyList<MutationOutcome> Outcomes, DateTimeOffset Time);

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
[JsonSerializable(typeof(PullRequest))]
[JsonSerializable(typeof(PullReply))]
[JsonSerializable(typeof(SnapshotChunk))]
[JsonSerializable(typeof(LiveHello))]
[JsonSerializable(typeof(LivePush))]
[JsonSerializable(typeof(LiveWelcome))]
[JsonSerializable(typeof(LivePushed))]
[JsonSerializable(typeof(LiveRefused))]
[JsonSerializable(typeof(LiveError))]
[JsonSerializable(typeof(LivePong))]
[JsonSerializable(typeof(FeedPage))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(FieldValue))]
[JsonSerializable(typeof(MutationOutcome))]
[JsonSerializable(typeof(Mutation))]
[JsonSerializable(typeof(Dictionary<string, FieldValue>))]
public sealed partial class ProtocolJson : JsonSerializerContext;
