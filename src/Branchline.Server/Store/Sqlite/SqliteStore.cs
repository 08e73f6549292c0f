using System.Globalization;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Store.Sqlite;

/// <summary>The database file of a node: one writing connection, a pool of reading ones.</summary>
internal sealed class SqliteStore : IDisposable
{
    private const int Readers = 4;

    private SqliteStore(Database writer, ReaderPool readers, BusinessSchema schema, string epoch)
    {
        Writer = writer;
        ReaderPool = readers;
        Schema = schema;
        Epoch = epoch;
        Layouts = schema.Tables.Values.ToDictionary(table => table.Name, table => new TableLayout(table), StringComparer.Ordinal);
        StoredSums.EnsureCounted(writer, Layouts.Values);
    }

    /// <summary>Used by the commit loop's thread only.</summary>
    public Database Writer { get; }

    public ReaderPool ReaderPool { get; }

    public BusinessSchema Schema { get; }

    /// <summary>Random name of this log's life.</summary>
    public string Epoch { get; }

    public IReadOnlyDictionary<string, TableLayout> Layouts { get; }

    /// <summary>The number of the last committed change.</summary>
    public long Head => ReadNumber("head");

    /// <summary>The latest time of the node's clock when it last committed, in milliseconds.</summary>
    public long Clock => ReadNumber("clock");

    /// <summary>Up to which change the log was compacted.</summary>
    public long Compacted => ReadNumber("compacted");

    /// <summary>The last change of which something was purged: whoever read less cannot read on.</summary>
    public long Floor => ReadNumber("floor");

    /// <summary>Opens the file, making it when missing, and brings it to the schema.</summary>
    public static SqliteStore Open(string file, BusinessSchema schema, IdSource ids, TimeProvider time)
    {
        var writer = Database.Open(file, readOnly: false);
        try
        {
            writer.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000");
            new Migrations(writer, time).Apply(schema);
            writer.Execute($"""
                INSERT OR IGNORE INTO _meta (key, value) VALUES ('epoch', '{ids.Next().ToString("N")[20..]}');
                INSERT OR IGNORE INTO _meta (key, value) VALUES ('head', '0');
                INSERT OR IGNORE INTO _meta (key, value) VALUES ('clock', '0');
                INSERT OR IGNORE INTO _meta (key, value) VALUES ('compacted', '0');
                INSERT OR IGNORE INTO _meta (key, value) VALUES ('floor', '0');
                INSERT OR IGNORE INTO _meta (key, value) SELECT 'events_from', value FROM _meta WHERE key = 'head';
                """);
            var epoch = writer.Scalar("SELECT value FROM _meta WHERE key = 'epoch'")!;
            return new SqliteStore(writer, new ReaderPool(file, Readers), schema, epoch);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    private long ReadNumber(string key) =>
        long.Parse(Writer.Scalar($"SELECT value FROM _meta WHERE key = '{key}'")!, CultureInfo.InvariantCulture);

    public void Dispose()
    {
        ReaderPool.Dispose();
        Writer.Dispose();
    }
}
