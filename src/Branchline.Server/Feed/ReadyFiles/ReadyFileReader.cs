using Branchline.Protocol.Schema;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Feed.ReadyFiles;

/// <summary>
/// For whom a file is: the scopes and the tables that are in it. A scope of which the role may read no table is left out, so that people whose
/// scope of their own holds nothing share one.
/// </summary>
internal sealed class ReadyFileReader
{
    public ReadyFileReader(SqliteStore store, IEnumerable<string> scopes, string role)
    {
        Role = role;
        string[] held = [.. scopes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        Layouts =
        [
            .. store.Layouts.Values
                .Where(layout => layout.Table.Access.Read.Contains(role) && held.Any(scope => RowScope.Covers(layout.Table.Scope, scope)))
                .OrderBy(layout => layout.Table.Name, StringComparer.Ordinal),
        ];
        Scopes = [.. held.Where(scope => Layouts.Any(layout => RowScope.Covers(layout.Table.Scope, scope)))];
        Key = string.Join('\n', [.. Scopes, "", .. Layouts.Select(layout => layout.Table.Name)]);
    }

    public string Role { get; }

    /// <summary>In ordinal order.</summary>
    public IReadOnlyList<string> Scopes { get; }

    /// <summary>By the names of their tables.</summary>
    public IReadOnlyList<TableLayout> Layouts { get; }

    /// <summary>The same for everybody who may see the same, and for nobody else.</summary>
    public string Key { get; }

    /// <summary>The owners of the reader's scopes in which rows of a table lie, and the places of the scopes; one without a name where it is everyone's.</summary>
    public Dictionary<string, int> OwnersOf(ScopeRule rule) => Scopes.Index()
        .Where(scope => RowScope.Covers(rule, scope.Item))
        .ToDictionary(scope => scope.Item[(scope.Item.IndexOf(':', StringComparison.Ordinal) + 1)..], scope => scope.Index, StringComparer.Ordinal);
}
