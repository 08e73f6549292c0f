namespace Branchline.Server.Store.Sqlite;

/// <summary>The node's own tables, beside those the schema declares. Their names begin with an underscore.</summary>
internal static class SystemTables
{
    private const string Create = """
        CREATE TABLE IF NOT EXISTS _meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS _scopes (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE IF NOT EXISTS _log (
          seq INTEGER PRIMARY KEY, scope INTEGER NOT NULL, first INTEGER NOT NULL,
          tbl TEXT NOT NULL, row TEXT NOT NULL, json TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS _log_scope ON _log (scope, seq);
        CREATE TABLE IF NOT EXISTS _marks (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS _images (
          scope INTEGER NOT NULL, tbl TEXT NOT NULL, row TEXT NOT NULL, seq INTEGER NOT NULL, gone INTEGER NOT NULL,
          PRIMARY KEY (scope, tbl, row)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS _images_gone ON _images (seq) WHERE gone = 1;
        CREATE TABLE IF NOT EXISTS _sums (scope INTEGER NOT NULL, tbl TEXT NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY (scope, tbl)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS _readers (device TEXT PRIMARY KEY, seq INTEGER NOT NULL, seen_at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS _events (channel TEXT NOT NULL, last INTEGER NOT NULL, json TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS _events_channel ON _events (channel, last);
        CREATE TABLE IF NOT EXISTS _devices (
          device TEXT PRIMARY KEY, last_n INTEGER NOT NULL, incarnation TEXT, previous TEXT,
          user_id TEXT NOT NULL, seen_at TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS _mutations (
          device TEXT NOT NULL, n INTEGER NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL,
          outcome TEXT, digest TEXT, PRIMARY KEY (device, n)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS _mutations_id ON _mutations (id);
        CREATE TABLE IF NOT EXISTS _tray (
          id INTEGER PRIMARY KEY AUTOINCREMENT, mutation TEXT NOT NULL, device TEXT NOT NULL, n INTEGER NOT NULL,
          user_id TEXT NOT NULL, received_at TEXT NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL,
          tbl TEXT, field TEXT, remedy TEXT, payload TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS _conflicts (
          id INTEGER PRIMARY KEY AUTOINCREMENT, tbl TEXT NOT NULL, row TEXT NOT NULL, field TEXT NOT NULL,
          policy TEXT NOT NULL, kept TEXT NOT NULL, kept_at TEXT NOT NULL, lost TEXT NOT NULL, lost_at TEXT NOT NULL,
          is_open INTEGER NOT NULL, found_at TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS _flags (
          id INTEGER PRIMARY KEY AUTOINCREMENT, tbl TEXT NOT NULL, row TEXT NOT NULL, field TEXT,
          code TEXT NOT NULL, reason TEXT NOT NULL, mutation TEXT NOT NULL, found_at TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS _case_steps (
          id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, case_id INTEGER NOT NULL, action TEXT NOT NULL,
          user_id TEXT NOT NULL, at TEXT NOT NULL, mutation TEXT, outcome TEXT, sent TEXT, note TEXT);
        CREATE INDEX IF NOT EXISTS _case_steps_case ON _case_steps (kind, case_id);
        CREATE TABLE IF NOT EXISTS _columns (
          tbl TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, PRIMARY KEY (tbl, name)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS _masters (name TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS _up (
          place INTEGER PRIMARY KEY AUTOINCREMENT, master TEXT NOT NULL, lane TEXT NOT NULL, state INTEGER NOT NULL,
          at INTEGER NOT NULL, known INTEGER NOT NULL, json TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS _up_waiting ON _up (master, state, lane, place);
        CREATE TABLE IF NOT EXISTS _up_rows (
          tbl TEXT NOT NULL, row TEXT NOT NULL, master TEXT NOT NULL, place INTEGER NOT NULL,
          PRIMARY KEY (tbl, row, master, place)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS _up_rows_place ON _up_rows (place);
        CREATE TABLE IF NOT EXISTS _offers (
          place INTEGER PRIMARY KEY AUTOINCREMENT, master TEXT NOT NULL, lane TEXT NOT NULL, state INTEGER NOT NULL,
          at INTEGER NOT NULL, tbl TEXT NOT NULL, row TEXT NOT NULL, reason TEXT, UNIQUE (tbl, row, master));
        CREATE INDEX IF NOT EXISTS _offers_waiting ON _offers (master, state, lane, place);
        CREATE TABLE IF NOT EXISTS _ways (device TEXT NOT NULL, via TEXT NOT NULL, PRIMARY KEY (device, via)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS _above (
          master TEXT NOT NULL, device TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (master, device)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS _refusals (
          place INTEGER PRIMARY KEY AUTOINCREMENT, mutation TEXT NOT NULL UNIQUE, device TEXT NOT NULL, via TEXT, json TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS _refusals_device ON _refusals (device, place);
        CREATE INDEX IF NOT EXISTS _refusals_via ON _refusals (via, place);
        CREATE INDEX IF NOT EXISTS _above_device ON _above (device, n);
        CREATE TABLE IF NOT EXISTS _down_marks (
          master TEXT NOT NULL, head INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (master, head)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS _probe (one INTEGER PRIMARY KEY, room BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS schema_migrations (
          id INTEGER PRIMARY KEY AUTOINCREMENT, applied_at TEXT NOT NULL, description TEXT NOT NULL, sql TEXT NOT NULL);
        """;

    private const string Indexes = """
        CREATE INDEX IF NOT EXISTS _tray_mutation ON _tray (mutation);
        CREATE INDEX IF NOT EXISTS _tray_settled ON _tray (settled, id);
        CREATE INDEX IF NOT EXISTS _conflicts_mutation ON _conflicts (mutation);
        CREATE INDEX IF NOT EXISTS _up_open ON _up (device, n) WHERE state <> 1;
        CREATE INDEX IF NOT EXISTS _up_via ON _up (device, n) WHERE via IS NOT NULL;
        """;

    // Files of older programs have the tables without them; what they hold stays null there.
    private static readonly (string Table, string Columns)[] Added =
    [
        ("_mutations", "user_id TEXT"),
        ("_devices", "via TEXT"),
        ("_readers", "storage TEXT"),
        ("_up", "device TEXT, n INTEGER, via TEXT"),
        ("_masters", "takes_rows INTEGER NOT NULL DEFAULT 0"),
        ("_tray", "attempts INTEGER NOT NULL DEFAULT 0, first_code TEXT, first_reason TEXT, settled TEXT, settled_by TEXT, settled_at TEXT"),
        ("_conflicts", "kept_by TEXT, lost_by TEXT, grp TEXT, mutation TEXT, scope TEXT, settled TEXT, settled_by TEXT, settled_at TEXT"),
        ("_flags", "user_id TEXT, scope TEXT, settled TEXT, settled_by TEXT, settled_at TEXT"),
    ];

    // What an older program wrote down of mutations on their way has their device and number in the JSON only, and of a device the branch it came by last.
    private const string Fill = """
        UPDATE _up SET device = json_extract(json, '$.mutation.device'), n = json_extract(json, '$.mutation.n'),
          via = (SELECT via FROM _devices WHERE device = json_extract(json, '$.mutation.device')) WHERE device IS NULL;
        INSERT OR IGNORE INTO _ways (device, via) SELECT device, via FROM _devices WHERE via IS NOT NULL;
        """;

    /// <summary>Makes what is missing, in a new file or one of an older program.</summary>
    public static void Ensure(Database database)
    {
        database.Execute(Create);
        foreach (var (table, columns) in Added)
        {
            foreach (var column in columns.Split(", "))
            {
                var name = column[..column.IndexOf(' ', StringComparison.Ordinal)];
                if (database.Scalar($"SELECT name FROM pragma_table_info('{table}') WHERE name = '{name}'") is null)
                {
                    database.Execute($"ALTER TABLE {table} ADD COLUMN {column}");
                }
            }
        }

        database.Execute(Fill);
        database.Execute(Indexes);
    }
}
