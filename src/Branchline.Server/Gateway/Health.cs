using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace Branchline.Server.Gateway;

/// <summary>Says whether the node can take writes, for load balancers, <c>docker</c> and people.</summary>
internal static class Health
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapHealth() => routes.MapGet("/health", AnswerAsync).WithTags("Health").AllowAnonymous();
    }

    private static async Task<ContentHttpResult> AnswerAsync(
        IEnumerable<WriteProbe> probes, HttpContext context, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = new StringValues("no-store");
        foreach (var probe in probes)
        {
            if (!await probe(cancellationToken))
            {
                return Say("unavailable", StatusCodes.Status503ServiceUnavailable);
            }
        }

        return Say("ok", StatusCodes.Status200OK);
    }

    private static ContentHttpResult Say(string status, int code) =>
        TypedResults.Content($$"""{"status":"{{status}}"}""", "application/json", statusCode: code);
}
