using Branchline.Server.Mutations;

namespace Branchline.Server.Access;

/// <summary>Who is signed in: role and the branches they belong to. <paramref name="Scopes"/> is everything they may see.</summary>
public sealed record Identity(
    string UserId, string Name, string Email, string Role, IReadOnlyList<string> BranchIds, IReadOnlyList<string> Scopes)
{
    /// <summary>The same person for the mutation pipeline.</summary>
    public Writer ToWriter() => new(UserId, Role, Scopes);
}
