using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Mutations;
using Branchline.Server.Store;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Sync;

/// <summary><c>POST /sync/push</c>: a device hands over what it did.</summary>
internal static class PushEndpoint
{
    /// <summary>How many mutations one push may hold.</summary>
    public const int MostMutations = 500;

    private const string DryRun = "dryRun";

    public static async Task<IResult> PushAsync(HttpContext context, MutationPipeline pipeline, DeviceNumbers devices, TimeProvider time)
    {
        if (FindDryRun(context.Request, out var isRehearsal) is { } unclear)
        {
            return unclear;
        }

        var (request, problem) = await SyncBody.ReadAsync(context.Request, ProtocolJson.Default.PushRequest);
        problem ??= Check(request!.Mutations);
        if (problem is not null)
        {
            return problem;
        }

        var writer = context.RequireIdentity().ToWriter();
        var answer = await (isRehearsal
            ? pipeline.RehearseAsync(request!, writer, context.RequestAborted)
            : pipeline.PushAsync(request!, writer, context.RequestAborted));
        return answer.Refusal is { } refusal
            ? Problems.For(refusal.Code, refusal.Reason) with { Expected = refusal.Expected }
            : TypedResults.Json(
                new PushReply(answer.Incarnation, devices.Epoch, answer.Outcomes, time.GetUtcNow()), ProtocolJson.Default.PushReply);
    }

    /// <summary>Whoever means to try must not push by a slip of the pen, so what is not understood is refused.</summary>
    public static Problem? FindDryRun(HttpRequest request, out bool isRehearsal)
    {
        isRehearsal = request.Query.TryGetValue(DryRun, out var value);
        return !isRehearsal || value.ToString() is "1" or "true"
            ? null
            : Problems.ForField(
                ErrorCodes.ParameterInvalid, DryRun, "A dry run is asked for with 1 or true", "Send dryRun=1, or leave it out to push");
    }

    /// <summary>Whether nothing of it is missing.</summary>
    public static bool IsWhole(Mutation? mutation) =>
        mutation?.Writes is not null && mutation.Id != Guid.Empty && DeviceId.IsValid(mutation.Device.Value) && mutation.At.Device.Value is not null
        && !mutation.Writes.Any(write => write is null || string.IsNullOrEmpty(write.Table) || write.Id == Guid.Empty);

    public static Problem Damaged(string where) =>
        Problems.ForField(ErrorCodes.MalformedJson, where, "The mutation lacks device, id, at or writes, or a write lacks table or id");

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
            if (!IsWhole(mutation))
            {
                return Damaged($"mutations[{index}]");
            }

            if (mutation.At.Device != mutation.Device || mutation.Device.Value.StartsWith(RestDevice.Prefix, StringComparison.Ordinal))
            {
                return Problems.ForField(
                    ErrorCodes.MalformedJson, $"mutations[{index}].device", $"A stamp is its own device's, and a device's name does not begin with {RestDevice.Prefix}");
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
