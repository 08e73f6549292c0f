using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Store.Sqlite;

/// <summary>The database file of a node: one writing connection, a pool of reading ones.</summary>
internal sealed class SqliteStore : IDisposable
{
    private const int Readers = 4;

    private readonly HeadMark _mark;

    private SqliteStore(Database writer, ReaderPool readers, BusinessSchema schema, (string Epoch, HeadMark Mark) life)
    {
        Writer = writer;
        ReaderPool = readers;
        Schema = schema;
        (Epoch, _mark) = life;
        Node = writer.Scalar("SELECT value FROM _meta WHERE key = 'node'")!;
        Layouts = schema.Tables.Values.ToDictionary(table => table.Name, table => new TableLayout(table), StringComparer.Ordinal);
        StoredSums.EnsureCounted(writer, Layouts.Values);
    }

    /// <summary>Used by the commit loop's thread only.</summary>
    public Database Writer { get; }

    public ReaderPool ReaderPool { get; }

    public BusinessSchema Schema { get; }

    /// <summary>Random name of this log's life.</summary>
    public string Epoch { get; }

    /// <summary>Random name of the node for life: a log that was put back lives another life, and the node is still the same.</summary>
    public string Node { get; }

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
                INSERT OR IGNORE INTO _meta (key, value) VALUES ('epoch', '{NewEpoch(ids)}');
                INSERT OR IGNORE INTO _meta (key, value) VALUES ('node', '{ids.Next():N}');
                INSERT OR IGNORE INTO _meta (key, value) VALUES ('head', '0');
                INSERT OR IGNORE INTO _meta (key, value) VALUES ('clock', '0');
                INSERT OR IGNORE INTO _meta (key, value) VALUES ('compacted', '0');
                INSERT OR IGNORE INTO _meta (key, value) VALUES ('floor', '0');
                INSERT OR IGNORE INTO _meta (key, value) SELECT 'events_from', value FROM _meta WHERE key = 'head';
                """);
            ForgetEventsOfOtherRules(writer, schema);
            return new SqliteStore(writer, new ReaderPool(file, Readers), schema, Live(file, writer, ids));
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>How far the log has come, told to the file beside the database.</summary>
    public void Mark(long head) => _mark.Write(head);

    /// <summary>The epoch in which the log goes on: another one when the file is an older copy of itself.</summary>
    private static (string Epoch, HeadMark Mark) Live(string file, Database writer, IdSource ids)
    {
        var epoch = writer.Scalar("SELECT value FROM _meta WHERE key = 'epoch'")!;
        var head = long.Parse(writer.Scalar("SELECT value FROM _meta WHERE key = 'head'")!, CultureInfo.InvariantCulture);
        var mark = HeadMark.Open(file);
        if (mark.Contradicts(epoch, head))
        {
            epoch = NewEpoch(ids);
            writer.Execute($"UPDATE _meta SET value = '{epoch}' WHERE key = 'epoch'");
        }

        mark.Begin(epoch, head);
        return (epoch, mark);
    }

    /// <summary>Events are kept as rules told them at the time. When the rules are others, what was kept tells what nobody may tell any longer.</summary>
    private static void ForgetEventsOfOtherRules(Database writer, BusinessSchema schema)
    {
        var rules = string.Join('\n', schema.Tables.Values.Select(table =>
            $"{table.Name} {table.Scope.Kind} {table.Scope.Field} {string.Join(',', table.Access.Read)} "
            + string.Join(' ', table.Events.Select(rule => $"{rule.Channel} {rule.Name} {string.Join(',', rule.On)} {string.Join(',', rule.Fields)}"))));
        var mark = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(rules)));
        var known = writer.Scalar("SELECT value FROM _meta WHERE key = 'events_rules'");
        if (known == mark)
        {
            return;
        }

        writer.Execute($"""
            BEGIN IMMEDIATE;
            DELETE FROM _events;
            UPDATE _meta SET value = (SELECT value FROM _meta WHERE key = 'head') WHERE key = 'events_from';
            INSERT OR REPLACE INTO _meta (key, value) VALUES ('events_rules', '{mark}');
            COMMIT
            """);
    }

    private static string NewEpoch(IdSource ids) => ids.Next().ToString("N")[20..];

    private long ReadNumber(string key) =>
        long.Parse(Writer.Scalar($"SELECT value FROM _meta WHERE key = '{key}'")!, CultureInfo.InvariantCulture);

    public void Dispose()
    {
        ReaderPool.Dispose();
        Writer.Dispose();
        _mark.Dispose();
    }
}
