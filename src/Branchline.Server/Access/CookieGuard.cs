using Branchline.Protocol;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Access;

/// <summary>
/// A browser sends the cookie whoever's page asks. So a write by cookie must repeat the antiforgery value, and a socket
/// by cookie must come from a page of an allowed origin. An endpoint that only answers what the page may not read
/// says <c>DisableAntiforgery()</c>.
/// </summary>
internal sealed class CookieGuard(RequestDelegate next, Origins origins)
{
    public static Problem ForeignPage { get; } = Problems.For(
        ErrorCodes.OriginRefused,
        "Pages of another origin may not use this node.",
        "Add the origin to Branchline:Access:Origins, or use a token.");

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<SignedIn>() is not { Credential: Credential.Cookie } signedIn)
        {
            return next(context);
        }

        if (context.WebSockets.IsWebSocketRequest)
        {
            return origins.Allow(context.Request) ? next(context) : ForeignPage.ExecuteAsync(context);
        }

        return IsSafe(context) || Repeats(context.Request, Token.Antiforgery(signedIn.Token))
            ? next(context)
            : Problems.For(
                ErrorCodes.AntiforgeryFailed,
                $"A write with the session's cookie must repeat the cookie {SessionCookie.AntiforgeryName} in the header "
                + $"{SessionCookie.AntiforgeryHeader}.",
                "Reload the page, or use Authorization: Bearer.").ExecuteAsync(context);
    }

    private static bool IsSafe(HttpContext context)
    {
        var method = context.Request.Method;
        return HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method)
            || context.GetEndpoint()?.Metadata.GetMetadata<IAntiforgeryMetadata>() is { RequiresValidation: false };
    }

    // X-CSRF-TOKEN is what Laravel's own clients send.
    private static bool Repeats(HttpRequest request, string expected) =>
        Secret.AreEqual(request.Headers[SessionCookie.AntiforgeryHeader].ToString(), expected)
        || Secret.AreEqual(request.Headers["X-CSRF-TOKEN"].ToString(), expected);
}
