using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Store;

/// <summary>The scope a row is visible in, by its table's rule and its own fields.</summary>
internal static class RowScope
{
    public static string Of(TableSchema table, IReadOnlyDictionary<string, FieldValue> fields) =>
        table.Scope.Kind == ScopeRule.Everyone
            ? ScopeRule.Everyone
            : $"{table.Scope.Kind}:{fields.GetValueOrDefault(table.Scope.Field!).AsText}";
}
