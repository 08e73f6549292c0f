using System.Text;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Tables.Query;

/// <summary>
/// The <c>Link</c> header to the rest of a list: the same address with another <c>after</c>. It is relative to the node, so it is
/// right behind every proxy.
/// </summary>
internal static class NextPage
{
    public static string Link(HttpRequest request, string token)
    {
        var link = new StringBuilder("<").Append(request.PathBase.ToUriComponent()).Append(request.Path.ToUriComponent()).Append('?');
        foreach (var part in (request.QueryString.Value ?? "").TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part != ListParameters.After && !part.StartsWith(ListParameters.After + "=", StringComparison.Ordinal))
            {
                link.Append(part.Replace("<", "%3C", StringComparison.Ordinal).Replace(">", "%3E", StringComparison.Ordinal)).Append('&');
            }
        }

        return link.Append(ListParameters.After).Append('=').Append(token).Append(">; rel=\"next\"").ToString();
    }
}
