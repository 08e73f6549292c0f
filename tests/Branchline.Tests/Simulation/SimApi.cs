using System.Net;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Mutations;

namespace Branchline.Tests.Simulation;

/// <summary>The node's HTTP side, as far as a client's round needs it.</summary>
internal static class SimApi
{
    /// <summary>Null when nothing is answered.</summary>
    public static async ValueTask<SimReply?> ServeAsync(SimNode node, SimQuestion question, SimPerson person, World world) => question.Path switch
    {
        "/sync/push" => Reply(await node.PushAsync(question.Body, person), node),
        "/sync/pull" => await PullAsync(node, question.Body, person, world),
        "/sync/snapshot" => await SnapshotAsync(node, question, person),
        "/sync/schema" => new SimReply(HttpStatusCode.OK, SchemaJson.Write(node.Schema)),
        "/sync/compare" => throw new BrokenPromiseException($"the client of {person.Id} has another checksum than the node"),
        _ => throw new InvalidOperationException($"A client asked for {question.Path}"),
    };

    private static SimReply Reply(PushAnswer? answer, SimNode node) => answer switch
    {
        null => Refuse(HttpStatusCode.ServiceUnavailable, ErrorCodes.StoreUnavailable),
        { Refusal: { } refusal } => Refuse(HttpStatusCode.Conflict, refusal.Code, refusal.Expected),
        _ => new SimReply(HttpStatusCode.OK, JsonSerializer.SerializeToUtf8Bytes(
            new PushReply(answer.Incarnation, node.Epoch, answer.Outcomes, node.Clock.GetUtcNow()), ProtocolJson.Default.PushReply)),
    };

    private static async ValueTask<SimReply> PullAsync(SimNode node, byte[] body, SimPerson person, World world)
    {
        var request = JsonSerializer.Deserialize(body, ProtocolJson.Default.PullRequest)!;
        var pages = new List<FeedPage>();
        foreach (var (scope, cursor) in request.Cursors)
        {
            pages.Add(await node.PullAsync(scope, cursor, 1 + world.Up(12), person));
        }

        var reply = new PullReply(
            [.. person.Scopes], node.Epoch, node.Schema.Hash, await node.LastNumberAsync(request.Device), node.Clock.GetUtcNow(), pages);
        return new SimReply(HttpStatusCode.OK, JsonSerializer.SerializeToUtf8Bytes(reply, ProtocolJson.Default.PullReply));
    }

    private static async ValueTask<SimReply> SnapshotAsync(SimNode node, SimQuestion question, SimPerson person)
    {
        var chunk = await node.SnapshotAsync(question.Query["scope"], question.Query.GetValueOrDefault("after"), int.MaxValue, person);
        return chunk is null
            ? Refuse(HttpStatusCode.BadRequest, ErrorCodes.CursorInvalid)
            : new SimReply(HttpStatusCode.OK, JsonSerializer.SerializeToUtf8Bytes(chunk, ProtocolJson.Default.SnapshotChunk));
    }

    private static SimReply Refuse(HttpStatusCode status, string code, long? expected = null) => new(
        status, JsonSerializer.SerializeToUtf8Bytes(new { status = (int)status, code, detail = code, isTransient = (int)status >= 500, expected }));
}
