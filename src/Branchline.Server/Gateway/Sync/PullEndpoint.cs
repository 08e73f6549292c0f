using System.Buffers;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Access;
using Branchline.Server.Feed;
using Branchline.Server.Mutations.Branches;
using Branchline.Server.Store;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Sync;

/// <summary><c>POST /sync/pull</c>: a device reads on from its cursors.</summary>
internal static class PullEndpoint
{
    /// <summary>How many ids that it had before a device may name.</summary>
    public const int MostFormers = 8;

    private const int MostChanges = 5000;

    public static async Task<IResult> PullAsync(
        HttpContext context, FeedReader reader, DeviceBook book, DeviceNumbers devices, LastWords words, BusinessSchema schema, TimeProvider time)
    {
        var (request, problem) = await SyncBody.ReadAsync(context.Request, ProtocolJson.Default.PullRequest);
        if (problem is not null)
        {
            return problem;
        }

        if (request!.Cursors is null || !DeviceId.IsValid(request.Device.Value))
        {
            return Problems.ForField(ErrorCodes.Required, request.Cursors is null ? "cursors" : "device", "A pull names the device and its cursors");
        }

        if (!AreFormers(request.Formers))
        {
            return Problems.ForField(ErrorCodes.ParameterInvalid, "formers", $"A pull names at most {MostFormers} former ids of the device");
        }

        if (!StorageVerdict.IsValid(request.Storage))
        {
            return Problems.ForField(ErrorCodes.ParameterInvalid, "storage", "There is no such verdict on a disk", "Send persistent, best_effort, private or unknown");
        }

        var identity = context.RequireIdentity();
        book.Read(request.Device, identity.UserId, request.Cursors.Values, request.Storage);
        var last = await devices.LastNumberAsync(request.Device, context.RequestAborted);
        var body = new ArrayBufferWriter<byte>(4096);
        var word = await words.FindAsync((request.Device, request.Formers), (identity.UserId, last), request.Heard, context.RequestAborted);
        WriteHead(body, new PullReply(identity.Scopes, devices.Epoch, schema.Hash, last, time.GetUtcNow(), []) { LastWord = word });
        var first = true;
        foreach (var (scope, cursor) in request.Cursors)
        {
            body.Write(first ? default : ","u8);
            first = false;
            await WritePageAsync(body, (scope, cursor), (request, identity), reader, context.RequestAborted);
        }

        body.Write("]}"u8);
        return TypedResults.Bytes(body.WrittenMemory, "application/json; charset=utf-8");
    }

    /// <summary>Whether these may be the ids that a device had before.</summary>
    public static bool AreFormers(IReadOnlyList<DeviceId>? formers) => formers is null || (formers.Count <= MostFormers && formers.All(former => DeviceId.IsValid(former.Value)));

    private static async Task WritePageAsync(
        ArrayBufferWriter<byte> body, (string Scope, Cursor? Cursor) place, (PullRequest Request, Identity Identity) who,
        FeedReader reader, CancellationToken cancellationToken)
    {
        if (!who.Identity.Scopes.Contains(place.Scope))
        {
            JsonSerializer.Serialize(
                new Utf8JsonWriter(body), new FeedPage(place.Scope) { Revoked = true }, ProtocolJson.Default.FeedPage);
            return;
        }

        var limit = Math.Clamp(who.Request.Limit, 1, MostChanges);
        var page = new PageRequest(place.Scope, place.Cursor, limit, who.Identity.Role);
        await reader.WritePageAsync(page, body, "{", cancellationToken);
    }

    // Everything but the pages, which are written as they lie in the log.
    private static void WriteHead(ArrayBufferWriter<byte> body, PullReply head)
    {
        using var json = new Utf8JsonWriter(body, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteStartArray("scopes"u8);
        foreach (var scope in head.Scopes)
        {
            json.WriteStringValue(scope);
        }

        json.WriteEndArray();
        json.WriteString("epoch"u8, head.Epoch);
        json.WriteString("schema"u8, head.Schema);
        json.WriteNumber("lastN"u8, head.LastN);
        json.WriteString("time"u8, TimestampConverter.Format(head.Time));
        if (head.LastWord is { } word)
        {
            json.WritePropertyName("lastWord"u8);
            JsonSerializer.Serialize(json, word, ProtocolJson.Default.LastWord);
        }

        json.WriteStartArray("pages"u8);
        json.Flush();
    }
}
