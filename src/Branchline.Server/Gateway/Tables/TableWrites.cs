using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Mutations;
using Branchline.Server.Store;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Tables;

/// <summary>REST's writes as mutations: one request is one mutation, all or nothing, and its answer is the rows as they stand after it.</summary>
internal sealed class TableWrites(RestTables tables, MutationPipeline pipeline, RowReader rows, IdSource ids, TimeProvider time)
{
    private const string DevicePrefix = "rest-";

    public async Task<IResult> CreateAsync(string route, HttpContext context, CancellationToken cancellationToken)
    {
        if (tables.Open(route, out var table) is { } unknown)
        {
            return unknown;
        }

        var request = await WriteRequest.ReadAsync(table, context, cancellationToken);
        if (request.Problem is { } refusal)
        {
            return refusal;
        }

        var body = request.Body!;
        if (body.Rows.Count == 0)
        {
            return new RowsResult([], table.Columns, StatusCodes.Status201Created);
        }

        var writes = new RowWrite[body.Rows.Count];
        for (var i = 0; i < writes.Length; i++)
        {
            var row = body.Rows[i];
            writes[i] = new RowWrite(table.Name, row.Id ?? request.Key?.RowId(i) ?? ids.Next(), WriteKind.Insert, row.Fields);
        }

        return await ApplyAsync(request, writes, context, cancellationToken) is { } objection
            ? objection
            : await CreatedAsync(table, request, writes, context, cancellationToken);
    }

    public async Task<IResult> UpdateAsync(string route, string? id, HttpContext context, CancellationToken cancellationToken)
    {
        if (tables.Open(route, out var table) is { } unknown)
        {
            return unknown;
        }

        var request = await WriteRequest.ReadAsync(table, context, cancellationToken);
        if (request.Problem is { } refusal)
        {
            return refusal;
        }

        if (RowToUpdate(table, request.Body!, id, out var rowId) is { } problem)
        {
            return problem;
        }

        RowWrite[] writes = [new RowWrite(table.Name, rowId, WriteKind.Update, request.Body!.Rows[0].Fields)];
        return await ApplyAsync(request, writes, context, cancellationToken) is { } objection
            ? objection
            : await RowAsync(table, request, rowId, StatusCodes.Status200OK, cancellationToken);
    }

    public async Task<IResult> DeleteAsync(string route, string? id, HttpContext context, CancellationToken cancellationToken)
    {
        if (tables.Open(route, out var table) is { } unknown)
        {
            return unknown;
        }

        if (string.IsNullOrEmpty(id))
        {
            return Problems.ForField(ErrorCodes.ParameterInvalid, RestTable.Id, "Nothing says which row to delete", $"DELETE /api/{table.Route}/ID or ?id=ID")
                with { Table = table.Name };
        }

        if (!Guid.TryParseExact(id, "D", out var rowId))
        {
            return table.Missing(id);
        }

        var request = WriteRequest.WithoutBody(context);
        if (request.Problem is { } refusal)
        {
            return refusal;
        }

        RowWrite[] writes = [new RowWrite(table.Name, rowId, WriteKind.Delete, null!)];
        return await ApplyAsync(request, writes, context, cancellationToken) is { } objection ? objection : new IdResult(rowId);
    }

    /// <summary>Hands the writes to the pipeline; the refusal, or null when they are done.</summary>
    private async Task<Problem?> ApplyAsync(
        WriteRequest request, RowWrite[] writes, HttpContext context, CancellationToken cancellationToken)
    {
        var device = new DeviceId(DevicePrefix + request.Identity.UserId);
        var mutation = new Mutation(
            device, 0, request.Key?.MutationId ?? ids.Next(), new Stamp(time.GetUtcNow().ToUnixTimeMilliseconds(), 0, device), null, writes);
        var outcome = await pipeline.ApplyAsync(mutation, request.Identity.ToWriter(), request.Options, cancellationToken);
        if (outcome is MutationOutcome.Rejected rejected)
        {
            return Problems.For(rejected);
        }

        if (outcome is MutationOutcome.AlreadyApplied)
        {
            context.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
        }

        return null;
    }

    private async Task<IResult> CreatedAsync(
        RestTable table, WriteRequest request, RowWrite[] writes, HttpContext context, CancellationToken cancellationToken)
    {
        if (!request.Body!.IsList)
        {
            context.Response.Headers.Location = $"/api/{table.Route}/{writes[0].Id:D}";
            return await RowAsync(table, request, writes[0].Id, StatusCodes.Status201Created, cancellationToken);
        }

        var saved = new List<StoredRow>(writes.Length);
        foreach (var write in writes)
        {
            saved.Add(await FindAsync(table, request.Identity, write.Id, cancellationToken) ?? OnlyId(write.Id));
        }

        var columns = table.MayRead(request.Identity) ? table.Columns : [table.Columns[0]];
        return new RowsResult(saved, columns, StatusCodes.Status201Created);
    }

    private async Task<IResult> RowAsync(
        RestTable table, WriteRequest request, Guid id, int status, CancellationToken cancellationToken) =>
        await FindAsync(table, request.Identity, id, cancellationToken) is { } row
            ? new RowResult(row, table.Columns, status)
            : new IdResult(id, status);

    private async ValueTask<StoredRow?> FindAsync(RestTable table, Identity identity, Guid id, CancellationToken cancellationToken) =>
        table.MayRead(identity) ? await rows.FindAsync(table.Schema, id, identity.Scopes, cancellationToken) : null;

    private static StoredRow OnlyId(Guid id) => new(id, 0, new Dictionary<string, FieldValue>());

    private static Problem? RowToUpdate(RestTable table, BodyRows body, string? id, out Guid rowId)
    {
        rowId = default;
        if (body.IsList)
        {
            return Problems.For(ErrorCodes.MalformedJson, "The body is a list", "PUT changes one row: send one object") with { Table = table.Name };
        }

        var inBody = body.Rows[0].Id;
        if (id is null)
        {
            rowId = inBody ?? default;
            return inBody is not null
                ? null
                : Problems.ForField(ErrorCodes.Required, RestTable.Id, "Nothing says which row to change", $"PUT /api/{table.Route}/ID, or send the id in the body")
                    with { Table = table.Name };
        }

        if (!Guid.TryParseExact(id, "D", out rowId))
        {
            return table.Missing(id);
        }

        return inBody is null || inBody == rowId
            ? null
            : Problems.ForField(ErrorCodes.ParameterInvalid, RestTable.Id, "The address and the body name different rows", "Send one id")
                with { Table = table.Name };
    }
}
