namespace Branchline.Server.Mutations;

/// <summary>Who asks for a mutation, as far as the pipeline needs to know. Made by Access.</summary>
public sealed record Writer(string UserId, string Role, IReadOnlyList<string> Scopes)
{
    /// <summary>The role that may do everything everywhere: seeding and the node itself.</summary>
    public const string NodeRole = "node";

    /// <summary>The node itself.</summary>
    public static Writer Node { get; } = new("node", NodeRole, []);

    /// <summary>In place of scopes: all there are and will be.</summary>
    internal const string Everywhere = "*";

    internal bool IsNode => Role == NodeRole;

    /// <summary>Whether the writer may see and write what is in the scope.</summary>
    internal bool Holds(string scope) => IsNode || Scopes.Contains(scope) || Scopes is [Everywhere];
}
