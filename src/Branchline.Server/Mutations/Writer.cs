namespace Branchline.Server.Mutations;

/// <summary>Who asks for a mutation, as far as the pipeline needs to know. Made by Access.</summary>
public sealed record Writer(string UserId, string Role, IReadOnlyList<string> Scopes)
{
    /// <summary>The role that may do everything everywhere: seeding and the node itself.</summary>
    public const string NodeRole = "node";

    /// <summary>The node itself.</summary>
    public static Writer Node { get; } = new("node", NodeRole, []);

    internal bool IsNode => Role == NodeRole;
}
