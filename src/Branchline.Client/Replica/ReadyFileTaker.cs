using Branchline.Protocol;

namespace Branchline.Client.Replica;

/// <summary>What a ready file holds, apart from its rows.</summary>
internal sealed record ReadyFileHead(string Path, IReadOnlyDictionary<string, Cursor> Cursors, IReadOnlyList<string> Tables, long Rows)
{
    /// <summary>Reads it. Throws <see cref="InvalidDataException"/> when it is not one that this program knows.</summary>
    public static ReadyFileHead Read(string path)
    {
        using var database = Database.Open(path, readOnly: true);
        if (database.Number("PRAGMA application_id") != ReadyFileFormat.ApplicationId || database.Number("PRAGMA user_version") != ReadyFileFormat.Version)
        {
            throw new InvalidDataException("The ready database file is of another kind or version than this program knows");
        }

        var cursors = new Dictionary<string, Cursor>(StringComparer.Ordinal);
        using var scopes = database.PrepareOnce("SELECT name, cursor FROM scopes");
        while (scopes.Step())
        {
            cursors.Add(scopes.Text(0), Cursor.TryParse(scopes.Text(1), out var cursor) ? cursor : throw new InvalidDataException("A cursor of the ready database file is none"));
        }

        var tables = new List<string>();
        using var names = database.PrepareOnce("SELECT name FROM tables ORDER BY no");
        while (names.Step())
        {
            tables.Add(names.Text(0));
        }

        var rows = database.Number("SELECT COALESCE(MAX(no), 0) FROM rows");
        return rows == database.Number("SELECT COALESCE(SUM(rows), 0) FROM scopes")
            ? new ReadyFileHead(path, cursors, tables, rows)
            : throw new InvalidDataException("The ready database file has not as many rows as it says");
    }
}

/// <summary>Some of a ready file's rows: those after a place up to another, and whether they are the last.</summary>
internal readonly record struct ReadyPiece(long From, long To, bool IsLast)
{
    /// <summary>The scope when this piece was taken; before the last one its rows count as old.</summary>
    public ScopeState After(ScopeState scope, ReadyFileHead head) => IsLast
        ? scope with { Cursor = head.Cursors[scope.Name], Snapshot = null, Next = null, Old = OldRows.None }
        : scope with { Snapshot = null, Next = null, Old = OldRows.Unconfirmed };
}

/// <summary>Takes a ready file's rows into the store, SQLite to SQLite; they lie in it in the order in which the store wants them.</summary>
internal sealed class ReadyFileTaker(NameNumbers tables)
{
    // The file numbers tables and scopes in its own way. The numbers are looked up for every row, so not by name.
    private const string Numbers = """
        CREATE TEMP TABLE ready_tables (no INTEGER PRIMARY KEY, mine INTEGER NOT NULL);
        CREATE TEMP TABLE ready_scopes (no INTEGER PRIMARY KEY, mine INTEGER NOT NULL, seq INTEGER NOT NULL);
        INSERT INTO ready_tables SELECT theirs.no, ours.no FROM ready.tables theirs JOIN main.tables ours ON ours.name = theirs.name;
        INSERT INTO ready_scopes SELECT theirs.no, ours.no, SUBSTR(theirs.cursor, INSTR(theirs.cursor, '.') + 1)
        FROM ready.scopes theirs JOIN main.scopes ours ON ours.name = theirs.name;
        """;

    // A row that is newer than the file stays.
    private const string Take = """
        INSERT INTO main.rows (tbl, id, scope, seq, life, mine, fields)
        SELECT t.mine, r.id, s.mine, s.seq, ?3, ?4, r.fields
        FROM ready.rows r CROSS JOIN temp.ready_tables t ON t.no = r.tbl CROSS JOIN temp.ready_scopes s ON s.no = r.scope
        WHERE r.no > ?1 AND r.no <= ?2
        ON CONFLICT (tbl, id) DO UPDATE SET scope = excluded.scope, seq = excluded.seq, life = excluded.life, mine = excluded.mine, fields = excluded.fields
        WHERE seq <= excluded.seq
        """;

    /// <summary>
    /// Takes a piece in one transaction, with how far the <paramref name="scopes"/> came by it; this device's mutations up to <paramref name="mine"/>
    /// are in the rows. The file is let go of before this returns.
    /// </summary>
    public void Write(
        Database database, (ReadyFileHead Head, ReadyPiece Piece) what, (long Life, long N) mine, IReadOnlyList<ScopeState> scopes, Clock clock)
    {
        var (head, piece) = what;
        using (var attach = database.PrepareOnce("ATTACH ?1 AS ready").Bind(1, head.Path))
        {
            attach.Run();
        }

        try
        {
            database.Execute("BEGIN IMMEDIATE");
            foreach (var table in head.Tables)
            {
                tables.Number(database, table);
            }

            TakeRows(database, piece, mine);
            KeepScopes(database, what, scopes);
            clock.Keep(database);
            database.Execute("COMMIT");
        }
        finally
        {
            if (!database.IsIdle)
            {
                database.Execute("ROLLBACK");
            }

            database.Execute("DETACH ready");
        }
    }

    private static void KeepScopes(Database database, (ReadyFileHead Head, ReadyPiece Piece) what, IReadOnlyList<ScopeState> scopes)
    {
        foreach (var scope in scopes)
        {
            var after = what.Piece.After(scope, what.Head);
            if (what.Piece.IsLast && scope.Old != OldRows.None)
            {
                RowTable.RemoveOld(database, scope.No, after.Cursor!.Value.Seq);
            }

            after.Save(database);
        }
    }

    private static void TakeRows(Database database, ReadyPiece piece, (long Life, long N) mine)
    {
        database.Execute(Numbers);
        using (var take = database.PrepareOnce(Take).Bind(1, piece.From).Bind(2, piece.To).Bind(3, mine.Life).Bind(4, mine.N))
        {
            take.Run();
        }

        database.Execute("DROP TABLE temp.ready_tables; DROP TABLE temp.ready_scopes");
    }
}
