using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Replication.MasterSlave;

/// <summary>What is kept of nodes that know the three endpoints only, beside the rows and in the same file: so a copy of the file has both.</summary>
internal sealed class ForeignDatabase : IDisposable
{
    private const string Tables = """
        CREATE TABLE IF NOT EXISTS _foreign_ids (
          peer TEXT NOT NULL, tbl TEXT NOT NULL, row TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (peer, tbl, row)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS _slave_places (
          peer TEXT NOT NULL, view TEXT NOT NULL, tables TEXT NOT NULL, seq INTEGER NOT NULL, asked INTEGER, acknowledged INTEGER,
          used INTEGER NOT NULL, PRIMARY KEY (peer, view)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS _slave_pages (
          peer TEXT NOT NULL, at INTEGER NOT NULL, view TEXT NOT NULL, upto INTEGER NOT NULL, records TEXT NOT NULL,
          PRIMARY KEY (peer, at)) WITHOUT ROWID;
        """;

    private readonly Lock _gate = new();
    private readonly Database _database;

    public ForeignDatabase(DataDirectory directory)
    {
        _database = Database.Open(directory.DatabaseFile, readOnly: false);
        _database.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
        _database.Execute(Tables);
    }

    public T Read<T>(Func<Database, T> work)
    {
        lock (_gate)
        {
            return work(_database);
        }
    }

    /// <summary>All of it or nothing.</summary>
    public T Write<T>(Func<Database, T> work)
    {
        lock (_gate)
        {
            _database.Execute("BEGIN IMMEDIATE");
            try
            {
                var result = work(_database);
                _database.Execute("COMMIT");
                return result;
            }
            catch
            {
                if (!_database.IsIdle)
                {
                    _database.Execute("ROLLBACK");
                }

                throw;
            }
        }
    }

    public void Dispose() => _database.Dispose();
}
