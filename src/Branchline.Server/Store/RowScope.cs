using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Store;

/// <summary>The scope a row is visible in, by its table's rule and its own fields.</summary>
internal static class RowScope
{
    /// <summary>What the scope of a branch begins with, before its id.</summary>
    public const string OfBranch = "branch:";

    public static string Of(TableSchema table, IReadOnlyDictionary<string, FieldValue> fields) =>
        table.Scope.Field is { } field ? Of(table.Scope, fields.GetValueOrDefault(field).AsText) : ScopeRule.Everyone;

    /// <summary>Whether rows of a table with this rule may be in the scope.</summary>
    public static bool Covers(ScopeRule rule, string scope) =>
        scope == ScopeRule.Everyone ? rule.Kind == ScopeRule.Everyone : scope.StartsWith(rule.Kind + ":", StringComparison.Ordinal);

    /// <summary>The scope of the owner that the rule's field names.</summary>
    public static string Of(ScopeRule rule, string? owner) => string.Concat(rule.Kind, ":", owner);

    /// <summary>The branch whose scope it is, or null.</summary>
    public static Guid? BranchOf(string scope) =>
        scope.StartsWith(OfBranch, StringComparison.Ordinal) && Guid.TryParse(scope.AsSpan(OfBranch.Length), out var branch) ? branch : null;
}
