using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Branchline.Server.Gateway.Publishing;

/// <summary>A backend's request as its signature sees it.</summary>
/// <param name="Method">In capitals.</param>
/// <param name="Path">As it was sent, with whatever stands before <c>/apps/</c>.</param>
/// <param name="Prefix">What stands before <c>/apps/</c>: a proxy may add it, and the signer need not know it.</param>
/// <param name="AppId">The app it is about.</param>
/// <param name="Rest">What stands behind the app's id, without a slash at either end.</param>
/// <param name="Query">Decoded.</param>
internal sealed record AppRequest(string Method, string Path, string Prefix, string AppId, string Rest, IQueryCollection Query)
{
    private const string Segment = "/apps/";

    /// <summary>Null when the path is no app's. Under a prefix only what is signed counts: other addresses may have the word in them.</summary>
    public static AppRequest? From(HttpContext context)
    {
        var found = context.Request.Path.Value!.IndexOf(Segment, StringComparison.Ordinal);
        if (found < 0 || (found > 0 && !context.Request.Query.ContainsKey("auth_key")))
        {
            return null;
        }

        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var end = target.IndexOf('?', StringComparison.Ordinal);
        var path = end < 0 ? target : target[..end];
        var at = path.IndexOf(Segment, StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        var behind = path[(at + Segment.Length)..].Trim('/');
        var slash = behind.IndexOf('/', StringComparison.Ordinal);
        return slash < 0
            ? null
            : new AppRequest(
                context.Request.Method, path, path[..at], Uri.UnescapeDataString(behind[..slash]), behind[(slash + 1)..], context.Request.Query);
    }
}
