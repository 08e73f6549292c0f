using System.Buffers;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Feed;
using Branchline.Server.Gateway.Tables;
using Branchline.Server.Gateway.Tables.Body;
using Branchline.Server.Mutations;
using Branchline.Server.Replication.MasterSlave;
using Branchline.Server.Store;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.MasterSlave;

/// <summary>
/// <c>POST /api/sync/upload</c>: every record a mutation of its own, so that one which is refused stops no other. Which mutation it is follows from what
/// it says, so that an upload whose answer was lost is sent again without doubling anything.
/// </summary>
internal sealed class Uploads(
    RestTables tables, SlavePlaces places, ForeignIds ids, MutationPipeline pipeline, RowReader rows, ReaderEpochs epochs, RecordStamps stamps, NodeOptions options)
{
    private const int MostRecords = 1000;

    // As many as may share a commit without a till noticing.
    private const int Together = 50;

    // What stays behind is told at once and kept by the slave; sent again it is judged anew, as what it names may be here by then.
    private static readonly ApplyOptions AsSlave = ApplyOptions.Default with { KeepRejected = false };

    public async Task<IResult> UploadAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync(context.Request, options.MaxBody, cancellationToken);
        if (body.Problem is { } refusal)
        {
            return refusal;
        }

        using var document = Parse(body.Bytes, out var malformed);
        body.Release(context.Request);
        if (malformed is not null || Find(document!.RootElement, out malformed) is not { } told)
        {
            return malformed!;
        }

        var identity = context.RequireIdentity();
        var replies = await ApplyAsync([.. told.EnumerateArray().Select(record => UploadRecord.Read(record, tables, identity))], identity, cancellationToken);
        int Count(string status) => replies.Count(reply => reply.Status == status);
        return TypedResults.Json(
            new UploadReply(replies, Count(RecordReply.Applied), Count(RecordReply.Merged), Count(RecordReply.AlreadyApplied), Count(RecordReply.Rejected)),
            UploadJson.Default.UploadReply);
    }

    private async Task<RecordReply[]> ApplyAsync(UploadRecord[] records, Identity identity, CancellationToken cancellationToken)
    {
        ids.Remember(SlaveTables.PeerOf(identity), records.Where(record => record.Problem is null).SelectMany(record => record.Ids));
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var replies = new RecordReply[records.Length];
        var batch = new List<(int Index, Guid Mutation)>(Together);
        for (var i = 0; i < records.Length; i++)
        {
            var record = records[i];
            if (record.Problem is { } problem)
            {
                replies[i] = Refuse(record, problem);
                continue;
            }

            // Each row once in a commit: what the second meets is what the first left.
            if (batch.Count == Together || batch.Exists(other => records[other.Index].Row == record.Row))
            {
                await ApplyAsync(records, batch, replies, identity, cancellationToken);
            }

            // The same words twice in one upload are two changes: on, off and on again within a second.
            var time = seen[record.Digest] = seen.GetValueOrDefault(record.Digest) + 1;
            batch.Add((i, DerivedId.Of($"{SlaveTables.PeerOf(identity)}\n{record.Digest}\n{time}")));
        }

        await ApplyAsync(records, batch, replies, identity, cancellationToken);
        return replies;
    }

    private async Task ApplyAsync(
        UploadRecord[] records, List<(int Index, Guid Mutation)> batch, RecordReply[] replies, Identity identity, CancellationToken cancellationToken)
    {
        if (batch.Count == 0)
        {
            return;
        }

        var mutations = new List<Mutation>(batch.Count);
        foreach (var (index, id) in batch)
        {
            mutations.Add(await MutationOf(records[index], id, identity, cancellationToken));
        }

        var outcomes = await pipeline.ApplyAllAsync(mutations, identity.ToWriter(), AsSlave, cancellationToken);
        for (var i = 0; i < outcomes.Count; i++)
        {
            var record = records[batch[i].Index];
            var outcome = await IsWrittenOverAsync(record, outcomes[i], identity, cancellationToken) is { } version
                ? await AgainAsync(record, DerivedId.Of($"{batch[i].Mutation}\n{version}"), identity, cancellationToken)
                : outcomes[i];
            replies[batch[i].Index] = await ReplyAsync(record, outcome, identity, cancellationToken);
        }

        batch.Clear();
    }

    private async Task<MutationOutcome> AgainAsync(UploadRecord record, Guid id, Identity identity, CancellationToken cancellationToken) =>
        await pipeline.ApplyAsync(await MutationOf(record, id, identity, cancellationToken), identity.ToWriter(), AsSlave, cancellationToken);

    /// <summary>
    /// A slave that has read everything of the row means what it writes to come after it, whatever its clock says. Otherwise its clock is believed, as a
    /// device's is.
    /// </summary>
    private async Task<Mutation> MutationOf(UploadRecord record, Guid id, Identity identity, CancellationToken cancellationToken)
    {
        var (table, device) = (record.Table!, RestDevice.Of(identity.UserId));
        var known = places.Known(SlaveTables.PeerOf(identity), epochs.Log, table.Name);
        var row = await rows.FindAsync(table.Schema, record.Row, identity.Scopes, cancellationToken);
        var at = stamps.Of(device, row is not null && row.Version <= known ? null : record.UpdatedAt);
        return new Mutation(device, 0, id, at, new Cursor(epochs.Log, known), [new RowWrite(table.Name, record.Row, record.Kind, record.Fields)]);
    }

    /// <summary>
    /// A record without a time that was applied before, to a row that stands otherwise by now: the slave means it once more. The version of the row, or
    /// null where it is only the same record again.
    /// </summary>
    private async Task<long?> IsWrittenOverAsync(UploadRecord record, MutationOutcome outcome, Identity identity, CancellationToken cancellationToken) =>
        outcome is MutationOutcome.AlreadyApplied && record is { Kind: WriteKind.Update, UpdatedAt: null }
            && await rows.FindAsync(record.Table!.Schema, record.Row, identity.Scopes, cancellationToken) is { } row && !Holds(row, record)
            ? row.Version
            : null;

    private async Task<RecordReply> ReplyAsync(UploadRecord record, MutationOutcome outcome, Identity identity, CancellationToken cancellationToken)
    {
        switch (outcome)
        {
            case MutationOutcome.Rejected { Code: ErrorCodes.LedgerImmutable }
                when await rows.FindAsync(record.Table!.Schema, record.Row, identity.Scopes, cancellationToken) is { } entry && record.Kind == WriteKind.Update && Holds(entry, record):
                return Reply(record, RecordReply.AlreadyApplied);
            case MutationOutcome.Rejected rejected:
                return Refuse(record, Problems.For(rejected));
            case MutationOutcome.AlreadyApplied:
                return Reply(record, RecordReply.AlreadyApplied) with { Kept = record.Kept is [] ? null : record.Kept };
            default:
                string[] kept = [.. record.Kept, .. outcome is MutationOutcome.Merged merged ? merged.KeptFields.Select(field => field[(field.IndexOf('.', StringComparison.Ordinal) + 1)..]) : []];
                return Reply(record, kept is [] ? RecordReply.Applied : RecordReply.Merged) with { Kept = kept is [] ? null : kept };
        }
    }

    // An entry of a ledger that was only touched, or a value that is there already.
    private static bool Holds(StoredRow row, UploadRecord record) =>
        record.Fields.All(field => row.Fields.GetValueOrDefault(field.Key) == field.Value);

    private static RecordReply Reply(UploadRecord record, string status) => new(IdOf(record.Told), record.Table?.Name, status) { Row = record.Row };

    private static RecordReply Refuse(UploadRecord record, Problem problem) =>
        new(IdOf(record.Told), record.Table?.Name ?? problem.Table, RecordReply.Rejected)
        {
            Code = problem.Code,
            Reason = problem.Detail,
            Field = problem.Field,
            Remedy = problem.Remedy,
            IsTransient = problem.IsTransient,
        };

    // The answer is written when the request is gone.
    private static JsonElement? IdOf(JsonElement told) => FindId(told)?.Clone();

    private static JsonElement? FindId(JsonElement told) =>
        told.ValueKind != JsonValueKind.Object ? null
        : told.TryGetProperty("id", out var id) ? id
        : told.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object && data.TryGetProperty("id", out id) ? id
        : null;

    private static JsonDocument? Parse(in ReadOnlySequence<byte> body, out Problem? problem)
    {
        try
        {
            problem = null;
            return SlaveBody.Parse(body);
        }
        catch (JsonException exception)
        {
            problem = Malformed($"The body is not JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}");
            return null;
        }
    }

    /// <summary>The list of records, alone or as <c>records</c>.</summary>
    private static JsonElement? Find(JsonElement root, out Problem? problem)
    {
        var list = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("records", out var records) ? records : root;
        problem = list.ValueKind != JsonValueKind.Array ? Malformed("The body has no list of records")
            : list.GetArrayLength() > MostRecords
                ? Problems.ForField(ErrorCodes.BatchTooLarge, "records", $"An upload holds at most {MostRecords} records", "Send the rest in another upload")
            : null;
        return problem is null ? list : null;
    }

    private static Problem Malformed(string detail) =>
        Problems.For(ErrorCodes.MalformedJson, detail, "Send { \"records\": [{ \"id\": …, \"table\": \"…\", \"action\": \"create\", \"data\": { … } }] }");
}
