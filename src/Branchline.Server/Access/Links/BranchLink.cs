using Branchline.Server.Store;

namespace Branchline.Server.Access.Links;

/// <summary>
/// A branch that follows this node: <paramref name="Branches"/> are those whose rows it holds, besides everyone's. Without a key it has not joined yet.
/// </summary>
internal sealed record BranchLink(string Id, string Name, IReadOnlyList<string> Branches)
{
    private const string Everyone = "everyone";

    /// <summary>What both sign with; null before it joined.</summary>
    public string? Key { get; init; }

    /// <summary>The key before the last rotation: it counts until the new one was used.</summary>
    public string? PreviousKey { get; init; }

    /// <summary>The one-use token's secret while it may be used, and until when.</summary>
    public string? Invitation { get; init; }

    /// <summary>When the invitation ends, in Unix milliseconds.</summary>
    public long InvitedUntil { get; init; }

    /// <summary>When it joined, in Unix milliseconds.</summary>
    public long? JoinedAt { get; init; }

    /// <summary>When it was last heard of, in Unix milliseconds.</summary>
    public long? SeenAt { get; init; }

    /// <summary>It may not follow any longer; what it sent stays.</summary>
    public bool IsRemoved { get; init; }

    /// <summary>Neither node has the last word: rows go both ways and are merged by their stamps.</summary>
    public bool IsEqual { get; init; }

    /// <summary>It holds every branch, those that are still to come, too.</summary>
    public bool HoldsAll { get; init; }

    /// <summary>The last life of this node's log that the branch showed it knows; null before it showed any.</summary>
    public string? Life { get; init; }

    /// <summary>
    /// Whether it is asked for rows as they stand, while this node's log lives that life: it knows another, because this node was put back to an older copy
    /// and cannot know what it lost.
    /// </summary>
    public bool IsAskedForRows(string life) => Life != life;

    /// <summary>Everything it may see of the branches it names.</summary>
    public IReadOnlyList<string> Scopes => [Everyone, .. Branches.Select(branch => RowScope.OfBranch + branch)];

    /// <summary>The branch that it is itself, before those below it; null where it holds all and is none.</summary>
    public string? Own => Branches is [var own, ..] ? own : null;

    /// <summary>Whether both are the same branch on a line of the same kind.</summary>
    public bool IsOfSameBranch(BranchLink other) =>
        Own == other.Own && (Own is not null || Name == other.Name) && IsEqual == other.IsEqual && HoldsAll == other.HoldsAll;

    /// <summary>Whether it may see the scope.</summary>
    public bool Holds(string scope) =>
        HoldsAll || scope == Everyone || (scope.StartsWith(RowScope.OfBranch, StringComparison.Ordinal) && Branches.Contains(scope[RowScope.OfBranch.Length..]));
}
