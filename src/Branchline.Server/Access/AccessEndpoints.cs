using System.Diagnostics;
using Branchline.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Server.Access;

/// <summary>Signing in and out, and the first administrator.</summary>
internal static class AccessEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapAccess()
        {
            var open = routes.MapGroup("").WithTags("Access").AllowAnonymous().DisableAntiforgery();
            open.AddEndpointFilter(RefuseForeignPages);
            open.MapPost("/api/login", LogIn);
            open.MapPost("/login", LogInByFormAsync);
            open.MapPost("/api/setup", SetUp);

            var closed = routes.MapGroup("/api").WithTags("Access");
            closed.MapPost("/logout", LogOut);
            closed.MapGet("/me", Me);
            routes.MapUsers();
        }
    }

    private static Results<JsonHttpResult<LoginReply>, Problem> LogIn(
        LoginRequest request, HttpContext context, SignIn signIn, SessionCookie cookie) =>
        Attempt(request.Email, request.Password, context, signIn) switch
        {
            SignInOutcome.SignedIn signedIn => Welcome(signedIn.Session, signedIn.Token, context, cookie),
            SignInOutcome.Refused refused => refused.Problem,
            _ => throw new UnreachableException(),
        };

    /// <summary>A plain form: answers with a redirect, to the app or back to the sign-in page with the code.</summary>
    private static async Task<RedirectHttpResult> LogInByFormAsync(HttpContext context, SignIn signIn, SessionCookie cookie)
    {
        var form = context.Request.HasFormContentType
            ? await context.Request.ReadFormAsync(context.RequestAborted)
            : FormCollection.Empty;
        switch (Attempt(form["email"], form["password"], context, signIn))
        {
            case SignInOutcome.SignedIn signedIn:
                cookie.Set(context, signedIn.Token);
                return TypedResults.Redirect("/");
            case SignInOutcome.Refused refused:
                return TypedResults.Redirect("/login?error=" + refused.Problem.Code);
            default:
                throw new UnreachableException();
        }
    }

    private static Results<JsonHttpResult<LoginReply>, Problem> SetUp(
        SetupRequest request, HttpContext context, Users users, Sessions sessions, SessionCookie cookie)
    {
        var wish = new NewUser(request.Name ?? "", request.Email ?? "", Roles.Admin, request.Password ?? "");
        switch (users.CreateFirst(request.Token ?? "", wish))
        {
            case UserOutcome.Saved saved:
                var (session, token) = sessions.Open(saved.User);
                return Welcome(session, token, context, cookie);
            case UserOutcome.Refused refused:
                return Problems.ForField(refused.Code, refused.Field, refused.Reason);
            default:
                throw new UnreachableException();
        }
    }

    private static NoContent LogOut(HttpContext context, Sessions sessions, SessionCookie cookie)
    {
        if (context.Session() is { } session)
        {
            sessions.End(session);
        }

        cookie.Clear(context);
        return TypedResults.NoContent();
    }

    private static JsonHttpResult<MeReply> Me(HttpContext context, SessionCookie cookie, ServerSettings settings)
    {
        // The page's cookies live on for as long as the session does.
        if (context.Features.Get<SignedIn>() is { Credential: Credential.Cookie } signedIn)
        {
            cookie.Set(context, signedIn.Token);
        }

        var identity = context.RequireIdentity();
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(
            new MeReply(
                PersonOf(identity), [.. identity.BranchIds.Select(id => new BranchReference(id))], identity.Scopes, settings.Demo),
            AccessJson.Default.MeReply);
    }

    private static SignInOutcome Attempt(string? email, string? password, HttpContext context, SignIn signIn)
    {
        if (string.IsNullOrWhiteSpace(email) || string.IsNullOrEmpty(password))
        {
            return new SignInOutcome.Refused(Problems.ForField(
                ErrorCodes.Required, string.IsNullOrWhiteSpace(email) ? "email" : "password", "Give an e-mail and a password."));
        }

        var address = context.Connection.RemoteIpAddress?.ToString() ?? "";
        return signIn.Attempt(email, password, address);
    }

    private static JsonHttpResult<LoginReply> Welcome(Session session, string token, HttpContext context, SessionCookie cookie)
    {
        cookie.Set(context, token);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(new LoginReply(token, PersonOf(session.Identity)), AccessJson.Default.LoginReply);
    }

    private static Person PersonOf(Identity identity) => new(identity.UserId, identity.Name, identity.Email, identity.Role);

    // A page elsewhere could otherwise sign a person in as somebody else.
    private static async ValueTask<object?> RefuseForeignPages(EndpointFilterInvocationContext call, EndpointFilterDelegate next) =>
        call.HttpContext.RequestServices.GetRequiredService<Origins>().IsForeign(call.HttpContext.Request)
            ? CookieGuard.ForeignPage
            : await next(call);
}
