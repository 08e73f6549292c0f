using Microsoft.AspNetCore.Identity;

namespace Branchline.Server.Access;

/// <summary>Passwords by the platform's hasher. Checking one takes the same time whether or not there is such a user.</summary>
internal sealed class Passwords
{
    private readonly PasswordHasher<User> _hasher = new();
    private readonly Lazy<string> _nobodys;

    public Passwords() => _nobodys = new Lazy<string>(() => Hash(Token.New()));

    public string Hash(string password) => _hasher.HashPassword(null!, password);

    /// <summary>Whether the password is the stored one; null stands for nobody's, and is never right.</summary>
    public PasswordVerificationResult Verify(string? stored, string password)
    {
        var result = _hasher.VerifyHashedPassword(null!, stored ?? _nobodys.Value, password);
        return stored is null ? PasswordVerificationResult.Failed : result;
    }
}
