using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Mutations;
using Branchline.Server.Mutations.Cases;
using Branchline.Server.Store.Cases;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Branchline.Server.Gateway.Cases;

/// <summary><c>/api/conflicts</c>: what two writers meant, which of it counts, and the way back.</summary>
internal static class ConflictEndpoints
{
    public static void Map(IEndpointRouteBuilder conflicts)
    {
        conflicts.MapGet("", ListAsync);
        conflicts.MapGet("/{id}", ShowAsync);
        conflicts.MapPost("/{id}/undo", UndoAsync);
        conflicts.MapPost("/{id}/choose", ChooseAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext context, CaseReader reader, CaseSight sight, CaseReplies replies)
    {
        if (CaseParameters.Read(context.Request.Query, CaseKind.Conflict, null, out var query) is { } problem)
        {
            return problem;
        }

        var (who, cancellationToken) = (context.RequireIdentity(), context.RequestAborted);
        var page = await CasePages.ReadAsync(
            query,
            wanted => reader.ReadAsync(database => CaseRows.ListConflicts(database, wanted), cancellationToken),
            conflicts => sight.SeeAsync(conflicts, who, cancellationToken));
        return CaseEndpoints.Answer(context, new ConflictPage([.. page.Cases.Select(replies.Of)], page.Next), CaseJson.Default.ConflictPage);
    }

    private static async Task<IResult> ShowAsync(string id, HttpContext context, CaseReader reader, CaseSight sight, CaseReplies replies) =>
        await FindAsync(id, context, reader, sight) is { } conflict
            ? CaseEndpoints.Answer(context, await WholeAsync(conflict.Id, context, reader, replies), CaseJson.Default.ConflictReply)
            : CaseEndpoints.Missing(id);

    private static async Task<IResult> UndoAsync(
        string id, HttpContext context, CaseReader reader, CaseSight sight, CaseReplies replies, MutationPipeline pipeline) =>
        await FindAsync(id, context, reader, sight) is { } conflict
            ? await DecideAsync(new CaseDecision.Undo(conflict.Id), context, reader, replies, pipeline)
            : CaseEndpoints.Missing(id);

    private static async Task<IResult> ChooseAsync(
        string id, ChooseRequest request, HttpContext context, CaseReader reader, CaseSight sight, [AsParameters] Deciding deciding)
    {
        if (request.Value is not ("kept" or "lost"))
        {
            return Problems.ForField(ErrorCodes.NotInEnum, "value", "Choose one of the two values", "Send kept or lost");
        }

        return await FindAsync(id, context, reader, sight) is { } conflict
            ? await DecideAsync(new CaseDecision.Choose(conflict.Id, request.Value == "lost"), context, reader, deciding.Replies, deciding.Pipeline)
            : CaseEndpoints.Missing(id);
    }

    /// <summary>A mutation that was rejected is a refusal here: the conflict stays as it was.</summary>
    private static async Task<IResult> DecideAsync(
        CaseDecision decision, HttpContext context, CaseReader reader, CaseReplies replies, MutationPipeline pipeline)
    {
        var answer = await pipeline.DecideAsync(decision, context.RequireIdentity().ToWriter(), context.RequestAborted);
        if (answer.Refusal is { } refusal)
        {
            return Problems.For(refusal.Code, refusal.Reason);
        }

        var outcome = answer.Outcomes.Count == 0 ? null : answer.Outcomes[0];
        if (outcome is MutationOutcome.Rejected rejected)
        {
            return Problems.For(rejected);
        }

        var after = await WholeAsync(decision.Id, context, reader, replies);
        return CaseEndpoints.Answer(
            context, new DecidedReply(outcome is null ? null : CaseEndpoints.Json(outcome), after), CaseJson.Default.DecidedReply);
    }

    private static async ValueTask<StoredConflict?> FindAsync(string id, HttpContext context, CaseReader reader, CaseSight sight)
    {
        var conflict = CaseEndpoints.NumberOf(id) is { } number
            ? await reader.ReadAsync(database => CaseRows.FindConflict(database, number), context.RequestAborted)
            : null;
        return conflict is not null && await sight.SeeAsync([conflict], context.RequireIdentity(), context.RequestAborted) is [var seen] ? seen : null;
    }

    private static ValueTask<ConflictReply> WholeAsync(long id, HttpContext context, CaseReader reader, CaseReplies replies) =>
        reader.ReadAsync(
            database => replies.Whole(CaseRows.FindConflict(database, id)!, CaseRows.ListSteps(database, CaseKind.Conflict, id)), context.RequestAborted);

    /// <summary>What a decision needs beside the case.</summary>
    internal readonly record struct Deciding(CaseReplies Replies, MutationPipeline Pipeline);
}
