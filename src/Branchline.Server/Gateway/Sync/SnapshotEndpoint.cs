using System.Globalization;
using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Feed;
using Branchline.Server.Feed.Snapshots;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Branchline.Server.Gateway.Sync;

/// <summary><c>GET /sync/snapshot</c>: a new reader's rows, chunk by chunk.</summary>
internal static class SnapshotEndpoint
{
    private const int UsualRows = 5000;
    private const int MostRows = 20_000;

    public static async Task<IResult> ReadAsync(HttpContext context, SnapshotShelf shelf, IOptions<FeedOptions> options)
    {
        var identity = context.RequireIdentity();
        var query = context.Request.Query;
        string scope = query["scope"].ToString(), after = query["after"].ToString(), limit = query["limit"].ToString();
        if (!identity.Scopes.Contains(scope))
        {
            return Problems.ForField(ErrorCodes.OutOfScope, "scope", "You do not hold this scope", "Ask for a scope that a pull lists");
        }

        if (FindMistake(limit, out var rows) is { } problem)
        {
            return problem;
        }

        SnapshotToken token;
        if (after.Length == 0)
        {
            token = shelf.Begin(scope, identity.Role, context.Request.GetTypedHeaders().CacheControl?.NoCache == true);
        }
        else if (!SnapshotToken.TryParse(after, out token) || !shelf.CanGoOn(scope, identity.Role, token))
        {
            return Problems.ForField(
                ErrorCodes.CursorInvalid, "after", "That is not a token of a snapshot that goes on", "Send `next` of the chunk before, or begin anew");
        }

        var chunk = await shelf.GetAsync(new SnapshotRequest(scope, token, rows, identity.Role), context.RequestAborted);
        return Answer(context, chunk, after.Length == 0 ? null : options.Value.HoldForSnapshots);
    }

    /// <summary>
    /// A chunk after a token never changes, so it is kept as long as the snapshot can go on; where a snapshot begins changes. Which tables are in it
    /// hangs on the reader, whom the token names and a browser's cache must tell apart. Compressed here, once for everybody.
    /// </summary>
    private static FileContentHttpResult Answer(HttpContext context, ShelvedChunk chunk, TimeSpan? keep)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = keep is { } time
            ? string.Create(CultureInfo.InvariantCulture, $"private, max-age={time.TotalSeconds:0}, immutable, no-transform")
            : "private, no-cache, no-transform";
        headers.Vary = "Accept-Encoding, Authorization, Cookie";
        var encoding = EncodingFor(context.Request);
        if (encoding is not null)
        {
            headers.ContentEncoding = encoding;
        }

        var tag = new EntityTagHeaderValue(encoding is null ? $"\"{chunk.Tag}\"" : $"\"{chunk.Tag}-{encoding}\"");
        return TypedResults.Bytes(chunk.In(encoding), "application/json; charset=utf-8", enableRangeProcessing: true, entityTag: tag);
    }

    private static string? EncodingFor(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().AcceptEncoding.Where(one => one.Quality is not 0).Select(one => one.Value.ToString()).ToArray();
        return accepted.Contains(ShelvedChunk.Brotli, StringComparer.OrdinalIgnoreCase) ? ShelvedChunk.Brotli
            : accepted.Contains(ShelvedChunk.Gzip, StringComparer.OrdinalIgnoreCase) ? ShelvedChunk.Gzip
            : null;
    }

    private static Problem? FindMistake(string limit, out int rows)
    {
        rows = UsualRows;
        return limit.Length == 0 || (int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out rows) && rows is > 0 and <= MostRows)
            ? null
            : Problems.ForField(ErrorCodes.ParameterInvalid, "limit", $"A chunk holds 1 to {MostRows} rows");
    }
}
