using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;

namespace Branchline.Server.Access;

/// <summary>
/// One sign-in of one person. Never changes who it stands for: when the person's rights change, it ends
/// and another takes its place under the same token.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Sockets watch the token longer than the session lives; it holds nothing to free")]
internal sealed class Session
{
    private readonly CancellationTokenSource _ended = new();
    private long _expires;

    public Session(string hash, User user, Identity identity, DateTimeOffset expires)
    {
        Hash = hash;
        User = user;
        Identity = identity;
        _expires = expires.UtcTicks;
        StoredExpiry = expires;
        Principal = new ClaimsPrincipal(new ClaimsIdentity(
            [new Claim(ClaimTypes.NameIdentifier, user.Id), new Claim(ClaimTypes.Role, user.Role)], "Branchline"));
    }

    public string Hash { get; }

    public User User { get; }

    public Identity Identity { get; }

    public ClaimsPrincipal Principal { get; }

    /// <summary>Cancelled when the session ended or its person's rights changed: whoever holds a socket closes it.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>With <see cref="Ended"/>: the token is still good, the device only has to connect again.</summary>
    public bool MayReconnect { get; private set; }

    public DateTimeOffset Expires => new(Volatile.Read(ref _expires), TimeSpan.Zero);

    /// <summary>The expiry the database knows. Written by the keeper.</summary>
    public DateTimeOffset StoredExpiry { get; set; }

    public void Extend(DateTimeOffset expires) => Volatile.Write(ref _expires, expires.UtcTicks);

    public void End(bool mayReconnect)
    {
        MayReconnect = mayReconnect;
        _ended.Cancel();
    }
}
