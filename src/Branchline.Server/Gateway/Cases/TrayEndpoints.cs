using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Gateway.Sync;
using Branchline.Server.Mutations;
using Branchline.Server.Mutations.Cases;
using Branchline.Server.Store.Cases;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Branchline.Server.Gateway.Cases;

/// <summary><c>/api/tray</c>: mutations that were rejected or parked, until somebody sends them again or gives them up.</summary>
internal static class TrayEndpoints
{
    public static void Map(IEndpointRouteBuilder tray)
    {
        tray.MapGet("", ListAsync);
        tray.MapGet("/{id}", ShowAsync);
        tray.MapPost("/{id}/resend", ResendAsync);
        tray.MapDelete("/{id}", DiscardAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext context, CaseReader reader, CaseSight sight, CaseReplies replies)
    {
        if (CaseParameters.Read(context.Request.Query, CaseKind.Tray, "waiting", out var query) is { } problem)
        {
            return problem;
        }

        var (who, cancellationToken) = (context.RequireIdentity(), context.RequestAborted);
        var page = await CasePages.ReadAsync(
            query,
            wanted => reader.ReadAsync(database => CaseRows.ListTray(database, wanted), cancellationToken),
            entries => sight.SeeAsync([.. entries.Where(entry => Concerns(entry, query.Table))], who, cancellationToken));
        return CaseEndpoints.Answer(context, new TrayPage([.. page.Cases.Select(replies.Of)], page.Next), CaseJson.Default.TrayPage);
    }

    private static async Task<IResult> ShowAsync(string id, HttpContext context, CaseReader reader, CaseSight sight, CaseReplies replies) =>
        await FindAsync(id, context, reader, sight) is { } entry
            ? CaseEndpoints.Answer(context, await WholeAsync(entry.Id, context, reader, replies), CaseJson.Default.TrayReply)
            : CaseEndpoints.Missing(id);

    private static async Task<IResult> ResendAsync(
        string id, HttpContext context, CaseReader reader, CaseSight sight, CaseReplies replies, MutationPipeline pipeline)
    {
        if (await FindAsync(id, context, reader, sight) is not { } entry)
        {
            return CaseEndpoints.Missing(id);
        }

        var (writes, problem) = await ReadWritesAsync(context);
        if (problem is not null)
        {
            return problem;
        }

        var answer = await pipeline.DecideAsync(
            new CaseDecision.Resend(entry.Id, writes), context.RequireIdentity().ToWriter(), context.RequestAborted);
        if (answer.Refusal is { } refusal)
        {
            return Problems.For(refusal.Code, refusal.Reason);
        }

        var reply = new ResendReply(CaseEndpoints.Json(answer.Outcomes[0]), await WholeAsync(entry.Id, context, reader, replies));
        return CaseEndpoints.Answer(context, reply, CaseJson.Default.ResendReply);
    }

    private static async Task<IResult> DiscardAsync(
        string id, HttpContext context, CaseReader reader, CaseSight sight, CaseReplies replies, MutationPipeline pipeline)
    {
        if (await FindAsync(id, context, reader, sight) is not { } entry)
        {
            return CaseEndpoints.Missing(id);
        }

        if (CaseParameters.ReadNote(context.Request.Query[CaseParameters.Why], out var why) is { } problem)
        {
            return problem;
        }

        var answer = await pipeline.DecideAsync(
            new CaseDecision.Discard(entry.Id, why), context.RequireIdentity().ToWriter(), context.RequestAborted);
        return answer.Refusal is { } refusal
            ? Problems.For(refusal.Code, refusal.Reason)
            : CaseEndpoints.Answer(context, await WholeAsync(entry.Id, context, reader, replies), CaseJson.Default.TrayReply);
    }

    /// <summary>The entry, or null when there is none that the person may see.</summary>
    private static async ValueTask<StoredTray?> FindAsync(string id, HttpContext context, CaseReader reader, CaseSight sight)
    {
        var entry = CaseEndpoints.NumberOf(id) is { } number
            ? await reader.ReadAsync(database => CaseRows.FindTray(database, number), context.RequestAborted)
            : null;
        return entry is not null && await sight.SeeAsync([entry], context.RequireIdentity(), context.RequestAborted) is [var seen] ? seen : null;
    }

    private static ValueTask<TrayReply> WholeAsync(long id, HttpContext context, CaseReader reader, CaseReplies replies) =>
        reader.ReadAsync(
            database => replies.Whole(CaseRows.FindTray(database, id)!, CaseRows.ListSteps(database, CaseKind.Tray, id)), context.RequestAborted);

    /// <summary>The writes to send in place of the entry's own; null without a body. What is no list of writes is never taken for none.</summary>
    private static async ValueTask<(IReadOnlyList<RowWrite>? Writes, Problem? Problem)> ReadWritesAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return (null, null);
        }

        var (request, problem) = await SyncBody.ReadAsync(context.Request, ProtocolJson.Default.ResendRequest);
        if (problem is not null)
        {
            return (null, problem);
        }

        return request!.Writes?.Any(write => string.IsNullOrEmpty(write.Table) || write.Id == Guid.Empty) == true
            ? (null, Problems.ForField(ErrorCodes.MalformedJson, "writes", "A write lacks table or id"))
            : (request.Writes, null);
    }

    private static bool Concerns(StoredTray entry, string? table) =>
        table is null || entry.Words.Table == table || entry.Sent.Writes.Any(write => write.Table == table);
}
