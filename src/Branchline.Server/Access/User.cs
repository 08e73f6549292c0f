using System.Collections.Frozen;

namespace Branchline.Server.Access;

/// <summary>A person who may sign in. <paramref name="BranchIds"/> are the branches they belong to; an admin belongs to all.</summary>
public sealed record User(string Id, string Name, string Email, string Role, IReadOnlyList<string> BranchIds)
{
    /// <summary>May not sign in; open sessions have ended.</summary>
    public bool Disabled { get; init; }

    /// <summary>Same content: a record compares its list by reference.</summary>
    internal bool SameAs(User other) => this == (other with { BranchIds = BranchIds }) && BranchIds.SequenceEqual(other.BranchIds);
}

/// <summary>The roles a person can have.</summary>
public static class Roles
{
    /// <summary>May do everything in every branch.</summary>
    public const string Admin = "admin";

    /// <summary>Runs their branches.</summary>
    public const string Manager = "manager";

    /// <summary>Sells.</summary>
    public const string Cashier = "cashier";

    /// <summary>Hands out what was paid.</summary>
    public const string Releasing = "releasing";

    /// <summary>All of them.</summary>
    public static FrozenSet<string> All { get; } = FrozenSet.ToFrozenSet([Admin, Manager, Cashier, Releasing], StringComparer.Ordinal);
}
