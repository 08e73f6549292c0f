namespace Branchline.Client;

/// <summary>Who the client works for. Two kinds are all there is.</summary>
public abstract record Credentials
{
    private Credentials()
    {
    }

    /// <summary>A bearer token of the node.</summary>
    public static Credentials Token(string token)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(token);
        return new ByToken(token);
    }

    /// <summary>A person; signed in when there is a network, and again when the session has ended.</summary>
    public static Credentials Person(string email, string password)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(email);
        ArgumentNullException.ThrowIfNull(password);
        return new ByPassword(email, password);
    }

    internal sealed record ByToken(string Value) : Credentials
    {
        /// <summary>Without the secret: records are printed into logs.</summary>
        public override string ToString() => "A token";
    }

    internal sealed record ByPassword(string Email, string Password) : Credentials
    {
        /// <summary>Without the secret: records are printed into logs.</summary>
        public override string ToString() => Email;
    }
}
