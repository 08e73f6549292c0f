using Branchline.Server.Access;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway;

/// <summary>Who is at the other end of a socket, if they said so in the handshake.</summary>
/// <param name="Identity">Null for an anonymous connection.</param>
/// <param name="Ended">Cancelled when the session ends or its rights change: the socket is closed then and the client comes back.</param>
internal sealed record Listener(Identity? Identity, CancellationToken Ended)
{
    public static Listener Anonymous { get; } = new(null, CancellationToken.None);

    public static Listener Of(HttpContext context) =>
        context.Session() is { } session ? new Listener(session.Identity, session.Ended) : Anonymous;
}
