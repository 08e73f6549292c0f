using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Feed.Compaction;

/// <summary>Finds, on a reading connection, what may go: a piece at a time, oldest first. Null or empty when there is nothing.</summary>
internal sealed class LogLeavings(SqliteStore store)
{
    /// <summary>Tombstones of compacted rows up to a change.</summary>
    public async Task<IReadOnlyList<LogImage>> TombstonesAsync(long horizon, int most, CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        var statement = lease.Database.Prepare(
            "SELECT scope, tbl, row, seq FROM _images WHERE gone = 1 AND seq <= ?1 ORDER BY seq LIMIT ?2").Bind(1, horizon).Bind(2, most);
        var found = new List<LogImage>();
        while (statement.Step())
        {
            found.Add(new LogImage(statement.Integer(0), statement.Text(1), statement.Text(2), statement.Integer(3), true));
        }

        statement.Reset();
        return found;
    }

    /// <summary>Events that tell of changes up to one: the place of the newest of them in the table, and the last change it tells of.</summary>
    public async Task<(long Place, long Last)?> EventsAsync(long horizon, int most, CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);

        // The table is in the order of the commits, so the search ends at the first that is too new.
        var statement = lease.Database.Prepare("SELECT rowid, last FROM _events ORDER BY rowid LIMIT ?1").Bind(1, most);
        (long, long)? found = null;
        while (statement.Step() && statement.Integer(1) <= horizon)
        {
            found = (statement.Integer(0), statement.Integer(1));
        }

        statement.Reset();
        return found;
    }

    /// <summary>
    /// Outcomes up to a change of calls by REST that had no idempotency key: their numbers and ids were made by the node for the one call, and nobody
    /// knows them to ask again. All others stay: a restored backup may send a mutation again at any age.
    /// </summary>
    public async Task<IReadOnlyList<(string Device, long N)>> OutcomesAsync(
        long horizon, (string Device, long N) after, int most, CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        var statement = lease.Database.Prepare("""
            SELECT device, n FROM _mutations
            WHERE (device, n) > (?1, ?2) AND device < 'rest.' AND digest IS NULL AND seq <= ?3 ORDER BY device, n LIMIT ?4
            """).Bind(1, after.Device).Bind(2, after.N).Bind(3, horizon).Bind(4, most);
        var found = new List<(string, long)>();
        while (statement.Step())
        {
            found.Add((statement.Text(0), statement.Integer(1)));
        }

        statement.Reset();
        return found;
    }
}
