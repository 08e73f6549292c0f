using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Gateway.Sync;
using Branchline.Server.Mutations;
using Branchline.Server.Mutations.Cases;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Cases;

/// <summary><c>POST /api/tray</c>: somebody gives a mutation of their own device to the managers, with what they say of it.</summary>
internal static class HandOverEndpoint
{
    public static async Task<IResult> TakeAsync(HttpContext context, Shelf shelf)
    {
        var (request, problem) = await SyncBody.ReadAsync(context.Request, ProtocolJson.Default.HandOverRequest);
        string? note = null;
        problem ??= Shelf.Check(request!.Mutation, request.Code, request.Reason, "") ?? CaseParameters.ReadNote(request.Note, "note", out note);
        if (problem is not null)
        {
            return problem;
        }

        var by = (new CaseNote(CaseNote.HandOver, note), context.RequireIdentity().ToWriter());
        var (place, refusal) = await shelf.TakeAsync(request!.Mutation, new Objection(request.Code, request.Reason), by, context.RequestAborted);
        return refusal is not null
            ? Problems.For(refusal.Code, refusal.Reason)
            : CaseEndpoints.Answer(context, place!, ProtocolJson.Default.HandOverReply);
    }
}
