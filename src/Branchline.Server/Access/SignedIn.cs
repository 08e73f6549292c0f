using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Access;

/// <summary>How a request said who sends it.</summary>
internal enum Credential
{
    /// <summary>The web session's cookie: writes need the antiforgery header.</summary>
    Cookie,

    /// <summary><c>Authorization: Bearer</c>.</summary>
    Bearer,

    /// <summary><c>?token=</c>, for clients that cannot set headers.</summary>
    Query,
}

/// <summary>The session a request came with. Set by authentication, read by everything behind it.</summary>
internal sealed record SignedIn(Session Session, Credential Credential, string Token);

/// <summary>Who sends a request.</summary>
internal static class SignedInContext
{
    extension(HttpContext context)
    {
        /// <summary>The session, or null where nobody signed in. Sockets watch its <see cref="Session.Ended"/>.</summary>
        public Session? Session() => context.Features.Get<SignedIn>()?.Session;

        /// <summary>Who is signed in, or null.</summary>
        public Identity? Identity() => context.Session()?.Identity;

        /// <summary>Who is signed in. Only where the fallback policy lets nobody else through.</summary>
        public Identity RequireIdentity() =>
            context.Identity() ?? throw new UnreachableException("The endpoint is open to people who are not signed in");
    }
}
