using System.Buffers;
using Branchline.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Branchline.Server.Gateway.Tables;

/// <summary>
/// The bytes of a JSON body, whole. They stay in the connection's own buffers until <see cref="Release"/>.
/// Kestrel's limit keeps them small: past it, reading throws and the edge answers 413.
/// </summary>
internal readonly record struct RequestBody(ReadOnlySequence<byte> Bytes, Problem? Problem)
{
    public static async ValueTask<RequestBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!IsJson(request.ContentType))
        {
            return new RequestBody(default, Problems.For(
                ErrorCodes.UnsupportedMediaType, "The body is not sent as JSON.", "Send the header Content-Type: application/json."));
        }

        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            if (read.IsCompleted)
            {
                return new RequestBody(read.Buffer, null);
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Gives the buffers back; the bytes may not be read afterwards.</summary>
    public void Release(HttpRequest request) => request.BodyReader.AdvanceTo(Bytes.End);

    private static bool IsJson(string? contentType) =>
        contentType == "application/json"
        || (MediaTypeHeaderValue.TryParse(contentType, out var type)
            && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)));
}
