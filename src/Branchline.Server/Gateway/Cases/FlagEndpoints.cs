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

/// <summary><c>/api/flags</c>: rows that were accepted and need attention.</summary>
internal static class FlagEndpoints
{
    public static void Map(IEndpointRouteBuilder flags)
    {
        flags.MapGet("", ListAsync);
        flags.MapPost("/{id}/clear", ClearAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext context, CaseReader reader, CaseSight sight, CaseReplies replies)
    {
        if (CaseParameters.Read(context.Request.Query, CaseKind.Flag, "open", out var query) is { } problem)
        {
            return problem;
        }

        var (who, cancellationToken) = (context.RequireIdentity(), context.RequestAborted);
        var page = await CasePages.ReadAsync(
            query,
            wanted => reader.ReadAsync(database => CaseRows.ListFlags(database, wanted), cancellationToken),
            flags => sight.SeeAsync(flags, who, cancellationToken));
        return CaseEndpoints.Answer(context, new FlagPage([.. page.Cases.Select(replies.Of)], page.Next), CaseJson.Default.FlagPage);
    }

    private static async Task<IResult> ClearAsync(
        string id, HttpContext context, CaseReader reader, CaseSight sight, CaseReplies replies, MutationPipeline pipeline)
    {
        if (await FindAsync(id, context, reader, sight) is not { } flag)
        {
            return CaseEndpoints.Missing(id);
        }

        var (why, problem) = await ReadWhyAsync(context);
        if (problem is not null)
        {
            return problem;
        }

        var answer = await pipeline.DecideAsync(
            new CaseDecision.Clear(flag.Id, why), context.RequireIdentity().ToWriter(), context.RequestAborted);
        if (answer.Refusal is { } refusal)
        {
            return Problems.For(refusal.Code, refusal.Reason);
        }

        var after = await reader.ReadAsync(
            database => replies.Whole(CaseRows.FindFlag(database, flag.Id)!, CaseRows.ListSteps(database, CaseKind.Flag, flag.Id)), context.RequestAborted);
        return CaseEndpoints.Answer(context, after, CaseJson.Default.FlagReply);
    }

    private static async ValueTask<StoredFlag?> FindAsync(string id, HttpContext context, CaseReader reader, CaseSight sight)
    {
        var flag = CaseEndpoints.NumberOf(id) is { } number
            ? await reader.ReadAsync(database => CaseRows.FindFlag(database, number), context.RequestAborted)
            : null;
        return flag is not null && await sight.SeeAsync([flag], context.RequireIdentity(), context.RequestAborted) is [var seen] ? seen : null;
    }

    private static async ValueTask<(string? Why, Problem? Problem)> ReadWhyAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return (null, null);
        }

        var (request, problem) = await SyncBody.ReadAsync(context.Request, CaseJson.Default.ClearRequest);
        return problem is not null ? (null, problem) : (CaseParameters.ReadNote(request!.Why, out var why) is { } wrong ? (null, wrong) : (why, null));
    }
}
