namespace Branchline.Client;

/// <summary>How the client stands with its node. These four are all there is.</summary>
public abstract record ConnectionState
{
    private ConnectionState()
    {
    }

    /// <summary>A first try, or the next one after a line that worked.</summary>
    public sealed record Connecting : ConnectionState;

    /// <summary>In step. <paramref name="OverSocket"/> is false where no socket can be had and changes are fetched every few seconds.</summary>
    public sealed record Live(bool OverSocket) : ConnectionState;

    /// <summary>Nobody answers; tried again and again.</summary>
    public sealed record Offline(DateTimeOffset Since) : ConnectionState;

    /// <summary>
    /// The node does not let this client in, or not with this store. What waits, waits. <paramref name="Code"/> says why:
    /// <c>not_signed_in</c>, <c>token_invalid</c>, <c>sign_in_failed</c>, <c>access_denied</c> and the like, or <see cref="StoreOfAnother"/>.
    /// </summary>
    public sealed record SignInNeeded(string Code) : ConnectionState;

    /// <summary>The store holds the rows and unsent mutations of another person; use a file of their own.</summary>
    public const string StoreOfAnother = "store_of_another";
}
