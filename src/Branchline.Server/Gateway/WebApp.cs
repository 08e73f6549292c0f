using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

namespace Branchline.Server.Gateway;

/// <summary>
/// The app's own files, open to everybody. A page address the node does not know is the app's: it gets index.html.
/// Hashed files are kept for ever; index.html and the service worker are asked for anew each time.
/// </summary>
internal static class WebApp
{
    private const string StartPage = "/index.html";
    private static readonly string[] NodeAddresses = ["/api", "/sync", "/broadcasting", "/apps", "/ws"];

    extension(WebApplication app)
    {
        public void UseWebApp(IFileProvider? files)
        {
            if (files is null)
            {
                return;
            }

            app.Use(ShowStartPage(files));
            app.UseStaticFiles(new StaticFileOptions
            {
                FileProvider = files,
                OnPrepareResponse = SetCaching,
                ContentTypeProvider = Types(),
            });
        }
    }

    private static Func<HttpContext, Func<Task>, Task> ShowStartPage(IFileProvider files) => (context, next) =>
    {
        if (IsPage(context))
        {
            // Without an endpoint the file is served; the sign-in form's own address has one for POST only.
            context.SetEndpoint(null);
            context.Request.Path = files.GetFileInfo(context.Request.Path.Value!).Exists ? context.Request.Path : StartPage;
        }

        return next();
    };

    private static bool IsPage(HttpContext context) =>
        context.GetEndpoint() is not RouteEndpoint
        && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && !NodeAddresses.Any(address => context.Request.Path.StartsWithSegments(address, StringComparison.OrdinalIgnoreCase));

    private static void SetCaching(StaticFileResponseContext file)
    {
        var isHashed = file.Context.Request.Path.StartsWithSegments("/assets", StringComparison.Ordinal);
        file.Context.Response.Headers.CacheControl = isHashed ? "public, max-age=31536000, immutable" : "no-cache";
    }

    private static FileExtensionContentTypeProvider Types()
    {
        var types = new FileExtensionContentTypeProvider();
        types.Mappings[".webmanifest"] = "application/manifest+json";
        return types;
    }
}
