using System.Buffers;
using Branchline.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Branchline.Server.Gateway.Tables.Body;

/// <summary>
/// The bytes of a JSON body, whole. They stay in the connection's own buffers until <see cref="Release"/>.
/// The limit is kept here and not by the web server, which would cut the connection while the caller is still sending:
/// so the refusal reaches them.
/// </summary>
internal readonly record struct RequestBody(ReadOnlySequence<byte> Bytes, Problem? Problem)
{
    public static async ValueTask<RequestBody> ReadAsync(HttpRequest request, long limit, CancellationToken cancellationToken)
    {
        if (!IsJson(request.ContentType))
        {
            return new RequestBody(default, Problems.For(
                ErrorCodes.UnsupportedMediaType, "The body is not sent as JSON.", "Send the header Content-Type: application/json."));
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
        {
            server.MaxRequestBodySize = null;
        }

        if (request.ContentLength > limit)
        {
            return TooLarge(limit);
        }

        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            if (read.Buffer.Length > limit)
            {
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return TooLarge(limit);
            }

            if (read.IsCompleted)
            {
                return new RequestBody(read.Buffer, null);
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Gives the buffers back; the bytes may not be read afterwards.</summary>
    public void Release(HttpRequest request) => request.BodyReader.AdvanceTo(Bytes.End);

    private static RequestBody TooLarge(long limit) =>
        new(default, Problems.For(ErrorCodes.BodyTooLarge, $"The body is larger than {limit} bytes.", "Send the rows in several requests."));

    private static bool IsJson(string? contentType) =>
        contentType == "application/json"
        || (MediaTypeHeaderValue.TryParse(contentType, out var type)
            && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)));
}
