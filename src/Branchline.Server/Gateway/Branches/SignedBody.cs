using Branchline.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Branchline.Server.Gateway.Branches;

/// <summary>
/// The bytes of a signed question, whole: who sent them is known only then. The limit is kept here and not by the web server, which would cut the line
/// while the branch is still sending: so the refusal reaches it.
/// </summary>
internal static class SignedBody
{
    private const int Stretch = 64 * 1024;

    /// <summary>The body, or null when it is larger than allowed.</summary>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, long limit, CancellationToken cancellationToken)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
        {
            server.MaxRequestBodySize = null;
        }

        if (request.ContentLength > limit)
        {
            return null;
        }

        using var body = new MemoryStream((int)(request.ContentLength ?? 0));
        var buffer = new byte[Stretch];
        while (await request.Body.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            if (body.Length + read > limit)
            {
                return null;
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    /// <summary>What is said of a body that is larger than allowed.</summary>
    public static Problem TooLarge(long limit) =>
        Problems.For(ErrorCodes.BodyTooLarge, $"The body is larger than {limit} bytes.", "Send less at a time: Branchline:Replication:PushBytes.");
}
