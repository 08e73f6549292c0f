using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Gateway.Sync;
using Branchline.Server.Mutations;
using Branchline.Server.Mutations.Cases;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Cases;

/// <summary>
/// <c>POST /api/journal</c>: what a device could not send comes as a file. Each mutation keeps its id and its stamp, so whatever came already, or
/// comes later from the device itself, has no second effect; it is judged by the rights of whoever imports it.
/// </summary>
internal static class JournalEndpoint
{
    private const int MostMutations = 10_000;
    private const int MostRejected = 1000;

    /// <summary>So many in one commit: a till waits for that at most.</summary>
    private const int AtOnce = 50;

    /// <summary>A dry run is one piece, because each sees those before it; a till waits for it.</summary>
    private const int MostRehearsed = 2000;

    public static async Task<IResult> ImportAsync(HttpContext context, MutationPipeline pipeline, Shelf shelf)
    {
        if (PushEndpoint.FindDryRun(context.Request, out var isDryRun) is { } unclear)
        {
            return unclear;
        }

        var (journal, problem) = await SyncBody.ReadAsync(context.Request, ProtocolJson.Default.Journal);
        problem ??= Check(journal!, isDryRun);
        if (problem is not null)
        {
            return problem;
        }

        var writer = context.RequireIdentity().ToWriter();
        var device = JournalDevice.Of(journal!.Device);
        Mutation[] mutations = [.. journal.Mutations.Select(mutation => mutation with { Device = device, N = 0 })];
        var outcomes = new List<MutationOutcome>(mutations.Length);
        foreach (var some in mutations.Chunk(isDryRun ? MostRehearsed : AtOnce))
        {
            outcomes.AddRange(await pipeline.ApplyAllAsync(some, writer, new ApplyOptions { Lane = Lane.Bulk, DryRun = isDryRun }, context.RequestAborted));
        }

        var rejected = new List<HandOverReply>(journal.Rejected.Count);
        foreach (var one in journal.Rejected)
        {
            var (place, refusal) = isDryRun
                ? (await shelf.FindAsync(one.Mutation.Id, context.RequestAborted), null)
                : await shelf.TakeAsync(one.Mutation, Words(one), (Note(journal), writer), context.RequestAborted);
            if (refusal is not null)
            {
                return Problems.For(refusal.Code, refusal.Reason);
            }

            rejected.Add(place!);
        }

        return CaseEndpoints.Answer(context, new JournalReply(isDryRun, device, outcomes, rejected), ProtocolJson.Default.JournalReply);
    }

    private static CaseNote Note(Journal journal) =>
        new(CaseNote.Import, $"Journal of {Cut(journal.User.Name)}, exported {TimestampConverter.Format(journal.ExportedAt)}");

    private static string Cut(string name) => name.Length <= 100 ? name : name[..100];

    private static Objection Words(JournalRejection rejected) =>
        new(rejected.Code, rejected.Reason) { Table = rejected.Table, Field = rejected.Field, Remedy = rejected.Remedy };

    private static Problem? Check(Journal journal, bool isDryRun)
    {
        if (journal.Format != Journal.FormatName || journal.Version != Journal.NewestVersion)
        {
            return Problems.For(
                ErrorCodes.FileInvalid, $"That is no journal of version {Journal.NewestVersion}", "Send what a device exported, or bring both sides to the same version");
        }

        var most = isDryRun ? MostRehearsed : MostMutations;
        if (journal.Mutations.Count > most || journal.Rejected.Count > MostRejected)
        {
            return Problems.ForField(
                ErrorCodes.BatchTooLarge, journal.Mutations.Count > most ? "mutations" : "rejected",
                $"A journal holds at most {MostMutations} mutations ({MostRehearsed} for a dry run) and {MostRejected} rejected ones", "Divide it; the parts are imported in order");
        }

        for (var index = 0; index < journal.Mutations.Count; index++)
        {
            if (!PushEndpoint.IsWhole(journal.Mutations[index]))
            {
                return PushEndpoint.Damaged($"mutations[{index}]");
            }
        }

        return journal.Rejected.Select((one, index) => Shelf.Check(one.Mutation, one.Code, one.Reason, $"rejected[{index}].")).FirstOrDefault(found => found is not null);
    }
}
