using Branchline.Protocol.Schema;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Feed.Compaction;

/// <summary>
/// Works out, on a reading connection, what the next stretch of the log is when it is compacted. Nobody but compaction changes what was committed,
/// and one loop runs it, so what was worked out still holds when it is written. An entry is looked at once in its life.
/// </summary>
internal sealed class LogFolding(SqliteStore store)
{
    /// <summary>The next stretch of about so many entries, up to a change; null when the log is compacted up to there.</summary>
    public async Task<LogFold?> NextAsync(long horizon, int most, CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        var database = lease.Database;
        var after = database.Number("SELECT CAST(value AS INTEGER) FROM _meta WHERE key = 'compacted'");
        if (after >= horizon)
        {
            return null;
        }

        var entries = Read(database, after, horizon, most);
        return Plan(database, entries, (after, entries.Count < most ? horizon : entries[^1].Seq));
    }

    private static List<Entry> Read(Database database, long after, long horizon, int most)
    {
        var statement = database.Prepare("SELECT seq, scope, tbl, row, json FROM _log WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3")
            .Bind(1, after).Bind(2, horizon).Bind(3, most);
        var entries = new List<Entry>();
        while (statement.Step())
        {
            var key = new RowKey(statement.Integer(1), statement.Text(2), statement.Text(3));
            entries.Add(new Entry(key, statement.Integer(0), statement.Utf8(4).ToArray()));
        }

        statement.Reset();
        return entries;
    }

    private LogFold Plan(Database database, List<Entry> entries, (long After, long To) stretch)
    {
        var images = new Dictionary<RowKey, Entry>();
        var rewritten = new Dictionary<long, ReadOnlyMemory<byte>>();
        var removed = new List<long>();
        foreach (var entry in entries.Where(entry => !IsLedger(entry.Key.Table)))
        {
            var image = entry;
            if ((images.GetValueOrDefault(entry.Key) ?? Find(database, entry.Key)) is { } older)
            {
                removed.Add(older.Seq);
                rewritten.Remove(older.Seq);
                if (Fold.Of(older.Json, entry.Json) is { } folded)
                {
                    rewritten[entry.Seq] = folded;
                    image = entry with { Json = folded };
                }
            }

            images[entry.Key] = image;
        }

        return new LogFold(stretch.After, stretch.To, [.. images.Values.Select(Image)], rewritten, removed);
    }

    // An entry of a ledger is written once, and there are more of them than of all else.
    private bool IsLedger(string table) => store.Schema.Tables.GetValueOrDefault(table)?.Kind == TableKind.Ledger;

    private static LogImage Image(Entry entry) =>
        new(entry.Key.Scope, entry.Key.Table, entry.Key.Row, entry.Seq, Fold.IsGone(entry.Json.Span));

    private static Entry? Find(Database database, RowKey key)
    {
        var statement = database.Prepare("""
            SELECT _log.seq, _log.json FROM _images JOIN _log ON _log.seq = _images.seq
            WHERE _images.scope = ?1 AND _images.tbl = ?2 AND _images.row = ?3
            """).Bind(1, key.Scope).Bind(2, key.Table).Bind(3, key.Row);
        var entry = statement.Step() ? new Entry(key, statement.Integer(0), statement.Utf8(1).ToArray()) : null;
        statement.Reset();
        return entry;
    }

    private readonly record struct RowKey(long Scope, string Table, string Row);

    private sealed record Entry(RowKey Key, long Seq, ReadOnlyMemory<byte> Json);
}
