using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Feed.Checksums;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Sync;

/// <summary><c>POST /sync/compare</c>: a device whose checksum is another than the node's finds what differs.</summary>
internal static class CompareEndpoint
{
    private const int MostRanges = 64;
    private const int MostRows = 500;

    public static async Task<IResult> CompareAsync(HttpContext context, RangeComparison comparison, ChecksumMeter meter)
    {
        var (request, problem) = await SyncBody.ReadAsync(context.Request, ProtocolJson.Default.CompareRequest);
        if (problem is not null)
        {
            return problem;
        }

        var identity = context.RequireIdentity();
        if (!identity.Scopes.Contains(request!.Scope))
        {
            return Problems.ForField(ErrorCodes.OutOfScope, "scope", "You do not hold this scope", "Ask for a scope that a pull lists");
        }

        if (request.Ranges.Count > MostRanges || request.Ranges.Any(range => range.Rows?.Count > MostRows))
        {
            return Problems.ForField(
                ErrorCodes.BatchTooLarge, "ranges", $"A comparison has at most {MostRanges} ranges, each with at most {MostRows} rows");
        }

        var reply = await comparison.CompareAsync(request, identity.Role, context.RequestAborted);
        meter.Compared(reply);
        return TypedResults.Json(reply, ProtocolJson.Default.CompareReply);
    }
}
