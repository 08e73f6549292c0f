using Branchline.Server;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Scenarios;

/// <summary>What the database itself holds, read beside the node.</summary>
internal sealed class StoredShop(string data) : IDisposable
{
    private readonly Database _database = Database.Open(DataDirectory.DatabaseFileOf(data), readOnly: true);

    public IReadOnlyList<string> Column(string sql)
    {
        using var statement = _database.PrepareOnce(sql);
        var values = new List<string>();
        while (statement.Step())
        {
            values.Add(statement.Text(0));
        }

        return values;
    }

    public long Number(string sql) => long.Parse(_database.Scalar(sql)!, System.Globalization.CultureInfo.InvariantCulture);

    public IReadOnlyList<Guid> Ids(string sql) => [.. Column(sql).Select(Guid.Parse)];

    /// <summary>Each sum equals its ledger, each number of the log is there once, and each mutation has left its effects once.</summary>
    public void CheckTheBooks()
    {
        Assert.Equal("ok", _database.Scalar("PRAGMA integrity_check"));
        Assert.Empty(Column("""
            SELECT product_id || ' has ' || quantity FROM inventories i
            WHERE quantity <> (SELECT COALESCE(SUM(quantity), 0) FROM inventory_adjustments a
                               WHERE a.product_id = i.product_id AND a.branch_id = i.branch_id)
            """));
        var head = Number("SELECT value FROM _meta WHERE key = 'head'");
        Assert.Equal(head, Number("SELECT COUNT(*) FROM _log"));
        Assert.Equal(head, Number("SELECT MAX(seq) FROM _log"));

        // What is sent again under a new device id is answered for again, and has no effect.
        Assert.Empty(Column("""
            SELECT id FROM _mutations WHERE outcome IS NULL OR outcome ->> 'kind' NOT IN ('already_applied', 'rejected')
            GROUP BY id HAVING COUNT(*) > 1
            """));
        Assert.Empty(Column("""
            SELECT m.device || '/' || m.n FROM _mutations m
            WHERE m.n <> (SELECT COUNT(*) FROM _mutations o WHERE o.device = m.device AND o.n <= m.n)
            """));
    }

    public void Dispose() => _database.Dispose();
}
