using System.Globalization;

namespace Branchline.Client.Store;

/// <summary>The tables of a client's file.</summary>
internal static class StoreLayout
{
    private const int Version = 1;

    // rows.fields: an object without what is null. rows.scope: null when the scope was revoked and the row only waits for the answer to its
    // pending writes. rows.seq: the last change read into it; -1 when it is from before a reset that no snapshot has confirmed. rows.life and
    // rows.mine: the last of this device's own mutations in it. outbox.state: see OutboxState.
    // scopes.has_old: see OldRows.
    private const string Tables = """
        CREATE TABLE device (
            one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL, life INTEGER NOT NULL, n INTEGER NOT NULL, incarnation TEXT,
            clock_ms INTEGER NOT NULL, clock_counter INTEGER NOT NULL);
        CREATE TABLE kept (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE tables (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE scopes (
            no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, cursor TEXT, snapshot TEXT, next TEXT, has_old INTEGER NOT NULL);
        CREATE TABLE rows (
            tbl INTEGER NOT NULL, id BLOB NOT NULL, scope INTEGER, seq INTEGER NOT NULL, life INTEGER NOT NULL, mine INTEGER NOT NULL,
            fields TEXT NOT NULL, PRIMARY KEY (tbl, id)) WITHOUT ROWID;
        CREATE INDEX homeless ON rows (tbl) WHERE scope IS NULL;
        CREATE TABLE outbox (
            place INTEGER PRIMARY KEY AUTOINCREMENT, state INTEGER NOT NULL, queued_at INTEGER NOT NULL, life INTEGER NOT NULL,
            n INTEGER NOT NULL, body TEXT NOT NULL);
        CREATE TABLE tray (
            id BLOB PRIMARY KEY, rejected_at INTEGER NOT NULL, body TEXT NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL, tbl TEXT,
            field TEXT, remedy TEXT);
        CREATE TABLE receipts (series TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
        """;

    /// <summary>Makes the tables in a fresh file. Throws <see cref="StoreUnavailableException"/> when a later program wrote it.</summary>
    public static void Prepare(Database database)
    {
        database.Execute("""
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = NORMAL;
            PRAGMA cache_size = -16000;
            PRAGMA temp_store = MEMORY;
            PRAGMA wal_autocheckpoint = 8000;
            PRAGMA journal_size_limit = 8388608;
            """);
        var version = int.Parse(database.Scalar("PRAGMA user_version")!, CultureInfo.InvariantCulture);
        if (version > Version)
        {
            throw new StoreUnavailableException("A later version of this program wrote the store; use that one");
        }

        if (version == 0)
        {
            database.Execute(string.Create(
                CultureInfo.InvariantCulture, $"BEGIN IMMEDIATE; {Tables} PRAGMA user_version = {Version}; COMMIT;"));
        }
    }
}
