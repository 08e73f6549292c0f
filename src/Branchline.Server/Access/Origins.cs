using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Access;

/// <summary>Which pages may use this node with a person's session: its own, and those the operator names.</summary>
internal sealed class Origins(IOptions<AccessOptions> options)
{
    /// <summary>Whether the request's page is one of them. Ports are not compared: cookies do not know them either.</summary>
    public bool Allow(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        return Uri.TryCreate(origin, UriKind.Absolute, out var page)
            && (string.Equals(page.Host, request.Host.Host, StringComparison.OrdinalIgnoreCase)
                || options.Value.Origins.Contains(origin.TrimEnd('/'), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Whether a page of another origin sent the request. A request without an origin comes from no page, or from an own one.</summary>
    public bool IsForeign(HttpRequest request) => request.Headers.Origin.Count > 0
        ? !Allow(request)
        : request.Headers["Sec-Fetch-Site"] == "cross-site";
}
