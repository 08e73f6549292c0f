using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Feed.ReadyFiles;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Branchline.Server.Gateway.Sync;

/// <summary><c>GET /sync/database</c>: everything a person may read as one SQLite file. Scopes and role are the session's.</summary>
internal static class DatabaseEndpoint
{
    public static async Task<PhysicalFileHttpResult> ReadAsync(HttpContext context, ReadyFileMaker maker, ReadyFileShelf shelf)
    {
        var identity = context.RequireIdentity();
        var reader = maker.ReaderOf(identity.Scopes, identity.Role);
        var headers = context.Request.GetTypedHeaders();
        var isFresh = headers.CacheControl?.NoCache == true;
        var lease = KnownTag(headers) is { } tag && shelf.Find(reader, tag) is { } known
            ? known
            : await shelf.TakeAsync(reader, isFresh, TakesGzip(headers), context.RequestAborted);
        context.Response.RegisterForDispose(lease);
        return Answer(context.Response, lease.Form);
    }

    /// <summary>Compressed by the shelf, once for everybody, so nobody else touches it; which form and which rows hang on the reader.</summary>
    private static PhysicalFileHttpResult Answer(HttpResponse response, ReadyForm form)
    {
        response.Headers.CacheControl = "private, no-cache, no-transform";
        response.Headers.Vary = "Accept-Encoding, Authorization, Cookie";
        response.Headers[ReadyFileFormat.DigestHeader] = ReadyFileFormat.DigestOf(form.Hash);
        if (form.Encoding is { } encoding)
        {
            response.Headers.ContentEncoding = encoding;
        }

        return TypedResults.PhysicalFile(
            form.Path, ReadyFileFormat.ContentType, entityTag: new EntityTagHeaderValue($"\"{form.Tag}\""), enableRangeProcessing: true);
    }

    /// <summary>The file of which the reader has some, or all.</summary>
    private static string? KnownTag(RequestHeaders headers) =>
        (headers.IfRange?.EntityTag ?? headers.IfNoneMatch.FirstOrDefault())?.Tag.ToString().Trim('"');

    private static bool TakesGzip(RequestHeaders headers) => headers.AcceptEncoding.Any(
        one => one.Quality is not 0 && one.Value.Equals(ReadyFile.Gzip, StringComparison.OrdinalIgnoreCase));
}
