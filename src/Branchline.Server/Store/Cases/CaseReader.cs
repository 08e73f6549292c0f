using Branchline.Protocol.Schema;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Store.Cases;

/// <summary>Reads cases as last committed. It answers all of them; who may see which is not its to say.</summary>
internal sealed class CaseReader(SqliteStore store)
{
    public async ValueTask<T> ReadAsync<T>(Func<Database, T> read, CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        return read(lease.Database);
    }

    /// <summary>The scope each of these rows is in, deleted ones included; rows that are not there are left out.</summary>
    public ValueTask<Dictionary<(string Table, Guid Row), string>> ScopesAsync(
        IEnumerable<(string Table, Guid Row)> rows, CancellationToken cancellationToken) =>
        ReadAsync(
            database =>
            {
                var scopes = new Dictionary<(string Table, Guid Row), string>();
                foreach (var row in rows.Where(row => store.Layouts.ContainsKey(row.Table)))
                {
                    if (FindScope(database, store.Layouts[row.Table], row.Row) is { } scope)
                    {
                        scopes[row] = scope;
                    }
                }

                return scopes;
            },
            cancellationToken);

    private static string? FindScope(Database database, TableLayout layout, Guid id)
    {
        var owner = layout.Table.Scope.Field is { } field ? TableLayout.Quote(field) : "NULL";
        var statement = database.Prepare($"SELECT {owner} FROM {layout.Name} WHERE id = ?1").Bind(1, id);
        var scope = !statement.Step() ? null
            : layout.Table.Scope.Field is null ? ScopeRule.Everyone
            : RowScope.Of(layout.Table.Scope, statement.TextOrNull(0));
        statement.Reset();
        return scope;
    }
}
