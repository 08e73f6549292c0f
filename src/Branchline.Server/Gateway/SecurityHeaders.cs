using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Branchline.Server.Gateway;

/// <summary>What an answer tells the browser not to allow. The long part goes with pages and files only, not with each sale.</summary>
internal static class SecurityHeaders
{
    // Styles: the component library sets some on its elements. WebAssembly and camera: the barcode scanner.
    private const string Policy =
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        + "media-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; object-src 'none'; "
        + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    extension(WebApplication app)
    {
        public void UseSecurityHeaders() => app.Use(AddAsync);
    }

    private static Task AddAsync(HttpContext context, Func<Task> next)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        if (context.GetEndpoint() is RouteEndpoint)
        {
            return next();
        }

        headers.ContentSecurityPolicy = Policy;
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=()";
        return next();
    }
}
