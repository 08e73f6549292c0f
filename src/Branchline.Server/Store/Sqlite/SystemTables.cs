namespace Branchline.Server.Store.Sqlite;

/// <summary>The node's own tables, beside those the schema declares. Their names begin with an underscore.</summary>
internal static class SystemTables
{
    public const string Create = """
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
        CREATE TABLE IF NOT EXISTS _columns (
          tbl TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, PRIMARY KEY (tbl, name)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS _probe (one INTEGER PRIMARY KEY, room BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS schema_migrations (
          id INTEGER PRIMARY KEY AUTOINCREMENT, applied_at TEXT NOT NULL, description TEXT NOT NULL, sql TEXT NOT NULL);
        """;
}
