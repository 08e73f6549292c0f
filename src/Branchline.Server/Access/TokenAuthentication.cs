using System.Text.Encodings.Web;
using Branchline.Protocol;
using Branchline.Server.Access.Control;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Access;

/// <summary>
/// Finds the session of a request: <c>Authorization: Bearer</c>, then <c>?token=</c>, then the cookie; the first that is
/// there counts. A token is taken out of the query so that neither a log nor a handler sees it.
/// </summary>
internal sealed class TokenAuthentication(
    Sessions sessions,
    ControlToken control,
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Branchline";
    private const string BearerPrefix = "Bearer ";
    private const string QueryName = "token";

    private bool _hasToken;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Take() is not var (token, credential))
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        _hasToken = true;
        var byControl = credential == Credential.Bearer ? control.Find(Context, token) : null;
        if ((byControl ?? sessions.Find(token)) is not { } session)
        {
            return Task.FromResult(AuthenticateResult.Fail(ErrorCodes.TokenInvalid));
        }

        Context.Features.Set(new SignedIn(session, credential, token));
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(session.Principal, SchemeName)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        var problem = _hasToken
            ? Problems.For(ErrorCodes.TokenInvalid, "This sign-in is unknown, expired or was ended.", "Sign in again.")
            : Problems.For(ErrorCodes.NotSignedIn, "Nobody is signed in.", "Sign in first.");
        return problem.ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problems.For(ErrorCodes.AccessDenied, "Your role may not do this.", "Ask an administrator.").ExecuteAsync(Context);

    private (string Token, Credential Credential)? Take()
    {
        var query = Request.Query[QueryName].ToString();
        if (query.Length > 0)
        {
            Request.QueryString = new QueryBuilder(Request.Query.Where(pair => pair.Key != QueryName)).ToQueryString();
        }

        var header = Request.Headers.Authorization.ToString();
        if (header.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase))
        {
            return (header[BearerPrefix.Length..].Trim(), Credential.Bearer);
        }

        if (query.Length > 0)
        {
            return (query, Credential.Query);
        }

        var cookie = Request.Cookies[SessionCookie.Name];
        return string.IsNullOrEmpty(cookie) ? null : (cookie, Credential.Cookie);
    }
}
