using Branchline.Protocol.Schema;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Store;

/// <summary>Reads live rows, never one outside the scopes given.</summary>
internal sealed class RowReader(SqliteStore store)
{
    public async ValueTask<StoredRow?> FindAsync(
        TableSchema table, Guid id, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        var layout = store.Layouts[table.Name];
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        var statement = lease.Database.Prepare(layout.SelectById).Bind(1, id);
        try
        {
            if (!statement.Step() || !statement.IsNull(TableLayout.FixedColumns - 1))
            {
                return null;
            }

            var row = RowSql.ReadStored(statement, layout);
            return scopes.Contains(RowScope.Of(table, row.Fields)) ? row : null;
        }
        finally
        {
            statement.Reset();
        }
    }

    public async ValueTask<IReadOnlyList<StoredRow>> QueryAsync(RowQuery query, CancellationToken cancellationToken)
    {
        var layout = store.Layouts[query.Table.Name];
        var sql = QuerySql.From(query, layout);
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        var statement = lease.Database.Prepare(sql.Text);
        try
        {
            sql.Bind(statement);
            var rows = new List<StoredRow>();
            while (statement.Step())
            {
                rows.Add(RowSql.ReadStored(statement, layout));
            }

            return rows;
        }
        finally
        {
            statement.Reset();
        }
    }
}
