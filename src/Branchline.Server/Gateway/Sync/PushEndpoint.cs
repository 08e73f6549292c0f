using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Mutations;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Sync;

/// <summary><c>POST /sync/push</c>: a device hands over what it did.</summary>
internal static class PushEndpoint
{
    /// <summary>How many mutations one push may hold.</summary>
    public const int MostMutations = 500;

    // The devices of REST callers, whose numbers the node allots.
    private const string ReservedDevices = "rest-";

    public static async Task<IResult> PushAsync(HttpContext context, MutationPipeline pipeline, TimeProvider time)
    {
        var (request, problem) = await SyncBody.ReadAsync(context.Request, ProtocolJson.Default.PushRequest);
        problem ??= Check(request!.Mutations);
        if (problem is not null)
        {
            return problem;
        }

        var answer = await pipeline.PushAsync(request!, context.RequireIdentity().ToWriter(), context.RequestAborted);
        return answer.Refusal is { } refusal
            ? Problems.For(refusal.Code, refusal.Reason) with { Expected = refusal.Expected }
            : TypedResults.Json(
                new PushReply(answer.Incarnation, answer.Outcomes, time.GetUtcNow()), ProtocolJson.Default.PushReply);
    }

    /// <summary>Whether it is one device's mutations in ascending numbers without gaps.</summary>
    public static Problem? Check(IReadOnlyList<Mutation>? mutations)
    {
        if (mutations is null or [])
        {
            return Problems.ForField(ErrorCodes.Required, "mutations", "A push holds at least one mutation");
        }

        if (mutations.Count > MostMutations)
        {
            return Problems.ForField(
                ErrorCodes.BatchTooLarge, "mutations", $"A push holds at most {MostMutations} mutations", "Send the rest in another push");
        }

        for (var index = 0; index < mutations.Count; index++)
        {
            var mutation = mutations[index];
            if (mutation?.Writes is null || mutation.Id == Guid.Empty || !DeviceId.IsValid(mutation.Device.Value) || mutation.At.Device.Value is null
                || mutation.Writes.Any(write => write is null || string.IsNullOrEmpty(write.Table) || write.Id == Guid.Empty))
            {
                return Problems.ForField(ErrorCodes.MalformedJson, $"mutations[{index}]", "The mutation lacks device, id, at or writes, or a write lacks table or id");
            }

            if (mutation.At.Device != mutation.Device || mutation.Device.Value.StartsWith(ReservedDevices, StringComparison.Ordinal))
            {
                return Problems.ForField(
                    ErrorCodes.MalformedJson, $"mutations[{index}].device", $"A stamp is its own device's, and a device's name does not begin with {ReservedDevices}");
            }

            if (mutation.Device != mutations[0].Device || mutation.N != mutations[0].N + index || mutation.N < 1)
            {
                return Problems.ForField(
                    ErrorCodes.MalformedJson, $"mutations[{index}].n", "A push holds one device's mutations, numbered upwards from 1 without gaps");
            }
        }

        return null;
    }
}
