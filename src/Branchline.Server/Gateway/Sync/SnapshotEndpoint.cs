using System.Globalization;
using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Feed;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Sync;

/// <summary><c>GET /sync/snapshot</c>: a new reader's rows, chunk by chunk.</summary>
internal static class SnapshotEndpoint
{
    private const int UsualRows = 5000;
    private const int MostRows = 20_000;

    public static async Task<IResult> ReadAsync(HttpContext context, SnapshotReader reader)
    {
        var identity = context.RequireIdentity();
        var query = context.Request.Query;
        string scope = query["scope"].ToString(), after = query["after"].ToString(), limit = query["limit"].ToString();
        if (!identity.Scopes.Contains(scope))
        {
            return Problems.ForField(ErrorCodes.OutOfScope, "scope", "You do not hold this scope", "Ask for a scope that a pull lists");
        }

        if (FindMistake(after, limit, out var token, out var rows) is { } problem)
        {
            return problem;
        }

        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        var request = new SnapshotRequest(scope, token, rows, identity.Role);
        await reader.WriteChunkAsync(request, context.Response.BodyWriter, context.RequestAborted);
        return TypedResults.Empty;
    }

    private static Problem? FindMistake(string after, string limit, out SnapshotToken? token, out int rows)
    {
        (token, rows) = (null, UsualRows);
        if (after.Length > 0)
        {
            if (!SnapshotToken.TryParse(after, out var parsed))
            {
                return Problems.ForField(ErrorCodes.CursorInvalid, "after", "That is not a token of a snapshot", "Send `next` of the chunk before");
            }

            token = parsed;
        }

        return limit.Length == 0 || (int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out rows) && rows is > 0 and <= MostRows)
            ? null
            : Problems.ForField(ErrorCodes.ParameterInvalid, "limit", $"A chunk holds 1 to {MostRows} rows");
    }
}
