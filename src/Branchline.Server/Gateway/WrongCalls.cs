using Branchline.Protocol;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Branchline.Server.Gateway;

/// <summary>
/// What is asked in a wrong way at a fixed address under /api: a method it does not take, or a body that is not JSON. The tables'
/// pattern fits such an address too, and would answer that there is no table of that name.
/// </summary>
internal static class WrongCalls
{
    extension(IEndpointRouteBuilder routes)
    {
        /// <summary>For every fixed address that is mapped so far.</summary>
        public void MapWrongCalls()
        {
            var addresses = routes.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
                .Where(endpoint => IsFixed(endpoint.RoutePattern))
                .GroupBy(endpoint => endpoint.RoutePattern.RawText!)
                .ToArray();
            foreach (var address in addresses)
            {
                string[] methods = [.. address.SelectMany(MethodsOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
                var refusal = routes.Map(address.Key, context => RefuseAsync(context, methods)).DisableAntiforgery();
                if (address.All(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null))
                {
                    refusal.AllowAnonymous();
                }
            }
        }
    }

    // Whoever comes here with a right method was not taken for the form of the body.
    private static Task RefuseAsync(HttpContext context, string[] methods)
    {
        if (methods.Contains(context.Request.Method))
        {
            return Problems.For(
                ErrorCodes.UnsupportedMediaType, "The body is not sent as JSON.", "Send the header Content-Type: application/json.").ExecuteAsync(context);
        }

        var allowed = string.Join(", ", methods);
        context.Response.Headers.Allow = allowed;
        return Problems.For(ErrorCodes.MethodNotAllowed, "This address does not take the method.", $"Use {allowed}.").ExecuteAsync(context);
    }

    private static bool IsFixed(RoutePattern pattern) =>
        pattern.PathSegments is [{ Parts: [RoutePatternLiteralPart { Content: "api" }] }, { Parts: [RoutePatternLiteralPart] }, ..];

    private static IReadOnlyList<string> MethodsOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [];
}
