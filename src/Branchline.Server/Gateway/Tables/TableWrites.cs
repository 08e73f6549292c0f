using Branchline.Protocol;
using Branchline.Server.Fanout;
using Branchline.Server.Gateway.Tables.Body;
using Branchline.Server.Mutations;
using Branchline.Server.Store;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Tables;

/// <summary>REST's writes as mutations: one request is one mutation, all or nothing, and its answer is the rows as they stand after it.</summary>
internal sealed class TableWrites(RestTables tables, MutationPipeline pipeline, SavedRows saved, Delivered delivered, IdSource ids, NodeClock clock,
    NodeOptions options)
{
    private static readonly Dictionary<string, FieldValue> NoFields = [];

    public async Task<IResult> CreateAsync(string route, HttpContext context, CancellationToken cancellationToken)
    {
        if (tables.Open(route, out var table) is { } unknown)
        {
            return unknown;
        }

        var request = await WriteRequest.ReadAsync(table, context, options.MaxBody, cancellationToken);
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

        return await ApplyAsync(table, request, writes, context, cancellationToken) is { } objection
            ? objection
            : await CreatedAsync(table, request, writes, context, cancellationToken);
    }

    public async Task<IResult> UpdateAsync(string route, string? id, HttpContext context, CancellationToken cancellationToken)
    {
        if (tables.Open(route, out var table) is { } unknown)
        {
            return unknown;
        }

        var request = await WriteRequest.ReadAsync(table, context, options.MaxBody, cancellationToken);
        if (request.Problem is { } refusal)
        {
            return refusal;
        }

        if (RowToUpdate(table, request.Body!, id, out var rowId) is { } problem)
        {
            return problem;
        }

        RowWrite[] writes = [new RowWrite(table.Name, rowId, WriteKind.Update, request.Body!.Rows[0].Fields)];
        return await ApplyAsync(table, request, writes, context, cancellationToken) is { } objection
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
                with
            { Table = table.Name };
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
        return await ApplyAsync(table, request, writes, context, cancellationToken) is { } objection ? objection : new IdResult(rowId);
    }

    /// <summary>Hands the writes to the pipeline; the refusal, or null when they are done.</summary>
    private async Task<Problem?> ApplyAsync(
        RestTable table, WriteRequest request, RowWrite[] writes, HttpContext context, CancellationToken cancellationToken)
    {
        var device = RestDevice.Of(request.Identity.UserId);
        var mutation = new Mutation(
            device, 0, request.Key?.MutationId ?? ids.Next(), clock.Next(device), null, writes);
        var outcome = await pipeline.ApplyAsync(mutation, request.Identity.ToWriter(), request.Options, cancellationToken);
        if (outcome is MutationOutcome.Rejected rejected)
        {
            return Refusal(request.Body, writes, rejected);
        }

        if (outcome is MutationOutcome.AlreadyApplied)
        {
            context.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
        }

        if (table.GivesScopes && outcome is MutationOutcome.Applied applied)
        {
            // Whoever makes a branch holds it by the time they are answered.
            await delivered.WaitAsync(applied.Seq, cancellationToken);
        }

        return null;
    }

    /// <summary>In a list the field is told with its place: <c>[3].name</c>.</summary>
    private static Problem Refusal(BodyRows? body, RowWrite[] writes, MutationOutcome.Rejected rejected)
    {
        var problem = Problems.For(rejected);
        var index = body is { IsList: true } && rejected.Row is { } row ? Array.FindIndex(writes, write => write.Id == row) : -1;
        return index < 0
            ? problem
            : problem with { Index = index, Field = problem.Field is null ? null : body!.NameOf(index, problem.Field) };
    }

    private async Task<IResult> CreatedAsync(
        RestTable table, WriteRequest request, RowWrite[] writes, HttpContext context, CancellationToken cancellationToken)
    {
        if (!request.Body!.IsList)
        {
            context.Response.Headers.Location = $"/api/{table.Route}/{writes[0].Id:D}";
            return await RowAsync(table, request, writes[0].Id, StatusCodes.Status201Created, cancellationToken);
        }

        var rows = await saved.ReadAsync(table, request, [.. writes.Select(write => write.Id)], cancellationToken);
        var columns = table.MayRead(request.Identity) ? table.Columns : [table.Columns[0]];
        return new RowsResult(rows.Select((row, i) => row ?? new StoredRow(writes[i].Id, 0, NoFields)), columns, StatusCodes.Status201Created);
    }

    private async Task<IResult> RowAsync(RestTable table, WriteRequest request, Guid id, int status, CancellationToken cancellationToken)
    {
        var rows = await saved.ReadAsync(table, request, [id], cancellationToken);
        return rows[0] is { } row ? new RowResult(row, table.Columns, status) : new IdResult(id, status);
    }

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
                    with
                { Table = table.Name };
        }

        if (!Guid.TryParseExact(id, "D", out rowId))
        {
            return table.Missing(id);
        }

        return inBody is null || inBody == rowId
            ? null
            : Problems.ForField(ErrorCodes.ParameterInvalid, RestTable.Id, "The address and the body name different rows", "Send one id")
                with
            { Table = table.Name };
    }
}
