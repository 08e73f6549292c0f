namespace Branchline.Server.Store.Sqlite;

/// <summary>A row that waits to be offered to another node, as it then stands. <paramref name="Place"/> is new with each change of the row.</summary>
internal readonly record struct RowOffer(long Place, string Table, Guid Row);

/// <summary>
/// Rows on their way to nodes that take rows instead of mutations, one entry a row however often it changed, written in the transaction that changed it.
/// </summary>
internal sealed class OfferTable(SqliteStore store)
{
    private readonly Database _database = store.Writer;

    /// <summary>The row is to be offered. One that was on its way already goes again.</summary>
    public void Add(string master, string lane, long at, (string Table, Guid Row) row) =>
        _database.Prepare("INSERT OR REPLACE INTO _offers (master, lane, state, at, tbl, row) VALUES (?1, ?2, 0, ?3, ?4, ?5)")
            .Bind(1, master).Bind(2, lane).Bind(3, at).Bind(4, row.Table).Bind(5, row.Row).Run();

    /// <summary>Every row of the table is to be offered, deleted ones, too.</summary>
    public void AddAll(string master, string lane, long at, TableLayout layout) =>
        _database.Prepare($"INSERT OR REPLACE INTO _offers (master, lane, state, at, tbl, row) SELECT ?1, ?2, 0, ?3, ?4, id FROM {layout.Name} ORDER BY _no")
            .Bind(1, master).Bind(2, lane).Bind(3, at).Bind(4, layout.Table.Name).Run();

    /// <summary>Whether any row waits to be offered to any master.</summary>
    public bool HasRows => _database.Number("SELECT EXISTS (SELECT 1 FROM _offers)") != 0;

    /// <summary>Brings these rows into the lane: they go before the mutation that builds on them.</summary>
    public void Draw(string master, string lane, IEnumerable<(string Table, Guid Row)> rows)
    {
        foreach (var (table, row) in rows)
        {
            _database.Prepare("UPDATE _offers SET lane = ?2 WHERE master = ?1 AND tbl = ?3 AND row = ?4").Bind(1, master).Bind(2, lane).Bind(3, table).Bind(4, row).Run();
        }
    }

    /// <summary>Whether the row waits to be offered to the master.</summary>
    public bool IsWaiting(string master, string table, Guid row)
    {
        var statement = _database.Prepare("SELECT 1 FROM _offers WHERE tbl = ?1 AND row = ?2 AND master = ?3").Bind(1, table).Bind(2, row).Bind(3, master);
        var found = statement.Step();
        statement.Reset();
        return found;
    }

    /// <summary>It was taken; if the row changed meanwhile, it waits under another place.</summary>
    public void Remove(long place) => _database.Prepare("DELETE FROM _offers WHERE place = ?1").Bind(1, place).Run();

    /// <summary>The master passed it over: it waits until the master may think otherwise.</summary>
    public void Hold(long place, string reason) =>
        _database.Prepare("UPDATE _offers SET state = ?2, reason = ?3 WHERE place = ?1").Bind(1, place).Bind(2, (long)UpState.Held).Bind(3, reason).Run();

    /// <summary>What was passed over waits once more.</summary>
    public void Reopen(string master) =>
        _database.Prepare("UPDATE _offers SET state = 0 WHERE master = ?1 AND state = ?2").Bind(1, master).Bind(2, (long)UpState.Held).Run();

    /// <summary>Nothing waits for a master that this node follows no longer.</summary>
    public void Forget(string master) => _database.Prepare("DELETE FROM _offers WHERE master = ?1").Bind(1, master).Run();

    /// <summary>
    /// The next that wait in a lane, oldest first, on a connection for reading. A row of which a mutation still waits for some master's judgement is left
    /// for later: nobody else is told what may yet be refused.
    /// </summary>
    public static IReadOnlyList<RowOffer> Next(Database database, string master, string lane, int limit)
    {
        var statement = database.Prepare("""
            SELECT place, tbl, row FROM _offers AS offer WHERE master = ?1 AND state = 0 AND lane = ?2
            AND NOT EXISTS (SELECT 1 FROM _up_rows WHERE _up_rows.tbl = offer.tbl AND _up_rows.row = offer.row) ORDER BY place LIMIT ?3
            """).Bind(1, master).Bind(2, lane).Bind(3, limit);
        var offers = new List<RowOffer>();
        while (statement.Step())
        {
            offers.Add(new RowOffer(statement.Integer(0), statement.Text(1), RowSql.ReadId(statement, 2)));
        }

        statement.Reset();
        return offers;
    }
}
