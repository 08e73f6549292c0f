using System.Text.RegularExpressions;
using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Gateway.Tables.Body;
using Branchline.Server.Mutations;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Branchline.Server.Gateway.Tables;

/// <summary>What a write's headers and body say, before anything is decided.</summary>
internal sealed partial record WriteRequest(Identity Identity, BodyRows? Body)
{
    /// <summary>What laravel-echo adds to a page's requests.</summary>
    public const string SocketIdHeader = "X-Socket-Id";

    public IdempotencyKey? Key { get; init; }

    /// <summary>The version <c>If-Match</c> asks for, or null.</summary>
    public long? ExpectedVersion { get; init; }

    /// <summary>The Pusher connection of the page that writes, or null; what is no socket id (Echo says "undefined" before it is connected) counts as not sent.</summary>
    public string? SocketId { get; init; }

    /// <summary>What is wrong with the request; the rest may not be used then.</summary>
    public Problem? Problem { get; init; }

    public ApplyOptions Options => new()
    {
        Strict = true, KeepRejected = false, ExpectedVersion = ExpectedVersion, Digest = Key?.Digest, ExceptSocketId = SocketId,
    };

    /// <summary>A request with a body.</summary>
    public static async ValueTask<WriteRequest> ReadAsync(RestTable table, HttpContext context, long limit, CancellationToken cancellationToken)
    {
        var request = context.Request;
        var body = await RequestBody.ReadAsync(request, limit, cancellationToken);
        if (body.Problem is { } refusal)
        {
            return Refuse(context, refusal with { Table = table.Name });
        }

        try
        {
            var rows = BodyRows.Parse(table, body.Bytes);
            var headers = new WriteRequest(context.RequireIdentity(), rows) { Problem = WithTable(rows.Problem, table) }.WithHeaders(request);
            return headers.Problem is null && KeyOf(request) is { } key
                ? headers with { Key = IdempotencyKey.Of(headers.Identity.UserId, key, TargetOf(request), body.Bytes) }
                : headers;
        }
        finally
        {
            body.Release(request);
        }
    }

    /// <summary>A request that needs none.</summary>
    public static WriteRequest WithoutBody(HttpContext context)
    {
        var request = context.Request;
        var headers = new WriteRequest(context.RequireIdentity(), null).WithHeaders(request);
        return headers.Problem is null && KeyOf(request) is { } key
            ? headers with { Key = IdempotencyKey.Of(headers.Identity.UserId, key, TargetOf(request), default) }
            : headers;
    }

    private WriteRequest WithHeaders(HttpRequest request)
    {
        if (Problem is not null)
        {
            return this;
        }

        if (KeyOf(request) is { } key && !IdempotencyKey.IsValid(key))
        {
            return this with { Problem = WrongHeader(IdempotencyKey.Header, "The key is 1 to 255 visible ASCII characters", "Send a UUID") };
        }

        var socketId = request.Headers[SocketIdHeader].ToString();
        var read = ASocketId().IsMatch(socketId) ? this with { SocketId = socketId } : this;
        var match = request.Headers.IfMatch.ToString();
        if (match.Length == 0 || match == RowVersion.Any)
        {
            return read;
        }

        return match.Contains(',', StringComparison.Ordinal)
            ? this with { Problem = WrongHeader("If-Match", "If-Match names one version", "Send the ETag of the row as you read it") }
            : read with { ExpectedVersion = RowVersion.FromTag(match) };
    }

    [GeneratedRegex(@"^\d{1,20}\.\d{1,20}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ASocketId();

    private static string? KeyOf(HttpRequest request) =>
        request.Headers.TryGetValue(IdempotencyKey.Header, out var key) ? key.ToString() : null;

    private static string TargetOf(HttpRequest request) => request.Method + " " + request.GetEncodedPathAndQuery();

    private static WriteRequest Refuse(HttpContext context, Problem problem) => new(context.RequireIdentity(), null) { Problem = problem };

    private static Problem? WithTable(Problem? problem, RestTable table) => problem is null ? null : problem with { Table = table.Name };

    private static Problem WrongHeader(string header, string detail, string remedy) =>
        Problems.ForField(ErrorCodes.ParameterInvalid, header, detail, remedy);
}
