using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Access;

/// <summary>The web session's cookie, and the readable one whose value a page repeats in <c>X-XSRF-TOKEN</c>.</summary>
internal sealed class SessionCookie(IOptions<AccessOptions> options)
{
    public const string Name = "branchline_session";
    public const string AntiforgeryName = "XSRF-TOKEN";
    public const string AntiforgeryHeader = "X-XSRF-TOKEN";

    public void Set(HttpContext context, string token)
    {
        context.Response.Cookies.Append(Name, token, Attributes(context, readable: false));
        context.Response.Cookies.Append(AntiforgeryName, Token.Antiforgery(token), Attributes(context, readable: true));
    }

    public void Clear(HttpContext context)
    {
        context.Response.Cookies.Delete(Name, Attributes(context, readable: false));
        context.Response.Cookies.Delete(AntiforgeryName, Attributes(context, readable: true));
    }

    private CookieOptions Attributes(HttpContext context, bool readable) => new()
    {
        HttpOnly = !readable,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
        Path = "/",
        MaxAge = options.Value.SessionLifetime,
        IsEssential = true,
    };
}
