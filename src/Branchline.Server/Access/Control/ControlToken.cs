using System.Net;
using Branchline.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Access.Control;

/// <summary>
/// What the command line on the node's own machine shows to be let in as an administrator. Made anew at every start, told in
/// <see cref="ControlFile"/>, good from this machine only and only where an endpoint says <c>AllowControl()</c>.
/// </summary>
internal sealed class ControlToken
{
    // Holds every branch there is, as administrators do. Written when a branch comes or goes.
    private volatile Session _session;

    public ControlToken(Branches branches)
    {
        Value = Token.New();
        _session = Open(branches.All);
        branches.Changed += () => _session = Open(branches.All);
    }

    /// <summary>Who acts by this token.</summary>
    public static User Person { get; } = new("control", "Command line", "control", Roles.Admin, []);

    public string Value { get; }

    /// <summary>The session of a request that may act by this token, or null.</summary>
    public Session? Find(HttpContext context, string token) =>
        context.GetEndpoint()?.Metadata.GetMetadata<Allowed>() is not null && IsFromHere(context.Connection) && Secret.AreEqual(token, Value)
            ? _session
            : null;

    private Session Open(IReadOnlyList<string> branches)
    {
        var identity = new Identity(
            Person.Id, Person.Name, Person.Email, Person.Role, branches, ["everyone", .. branches.Select(id => "branch:" + id), "user:" + Person.Id]);
        return new Session(Token.Hash(Value), Person, identity, DateTimeOffset.MaxValue);
    }

    // Who connects to one of this machine's own addresses from this machine comes from that address.
    private static bool IsFromHere(ConnectionInfo connection) =>
        connection.RemoteIpAddress is { } remote && (IPAddress.IsLoopback(remote) || remote.Equals(connection.LocalIpAddress));

    internal sealed class Allowed
    {
        public static Allowed Here { get; } = new();
    }
}

/// <summary>Marks the endpoints that the command line uses.</summary>
internal static class ControlEndpoints
{
    extension<TBuilder>(TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder
    {
        public TBuilder AllowControl()
        {
            endpoint.WithMetadata(ControlToken.Allowed.Here);
            return endpoint;
        }
    }
}
