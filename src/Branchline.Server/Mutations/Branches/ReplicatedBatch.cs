using Branchline.Protocol;

namespace Branchline.Server.Mutations.Branches;

/// <summary>Another node that offers rows as they stand, and what its word counts.</summary>
internal sealed record Offerer(Writer Writer, Word Word);

/// <summary>
/// Changes of another node to be taken over, in one transaction with what is written of them. From a master they are the last word on every row of
/// which nothing waits for it; between equals (<see cref="IsEqual"/>) fields are merged by their stamps.
/// </summary>
internal sealed record ReplicatedBatch(string Origin, IReadOnlyList<BranchChange> Changes)
{
    /// <summary>What is written first: what arrived above and waits no longer.</summary>
    public Action? Before { get; init; }

    /// <summary>What is written last, with the number of the last change: how far was read.</summary>
    public Action<long>? After { get; init; }

    /// <summary>Neither node has the last word: fields are merged by their stamps.</summary>
    public bool IsEqual { get; init; }

    /// <summary>Who offers rows: what this writer could not have written is passed over, and named to <see cref="PassedOver"/>.</summary>
    public Offerer? Offerer { get; init; }

    /// <summary>Told of each change that was passed over, and why.</summary>
    public Action<BranchChange, Objection>? PassedOver { get; init; }

    /// <summary>The scope that was read: a row that left it stays if it is in another by now. Null where rows of any scope come together.</summary>
    public string? Scope { get; init; }

    /// <summary>Rows that the origin has no longer: they go, unless something of them waits.</summary>
    public IReadOnlyList<(string Table, Guid Row)> Dropped { get; init; } = [];
}
