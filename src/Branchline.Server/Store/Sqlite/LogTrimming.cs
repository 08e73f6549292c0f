using System.Globalization;

namespace Branchline.Server.Store.Sqlite;

/// <summary>What compaction writes, each in a transaction of its own. The commit loop's thread only.</summary>
internal sealed class LogTrimming(SqliteStore store)
{
    private readonly Database _database = store.Writer;

    /// <summary>Notes that the log's head was this at that time; of the marks before the oldest that is needed one stays.</summary>
    public void Mark(long head, long at, long neededSince)
    {
        _database.Prepare("INSERT OR IGNORE INTO _marks (seq, at) VALUES (?1, ?2)").Bind(1, head).Bind(2, at).Run();
        _database.Prepare("DELETE FROM _marks WHERE seq < (SELECT MAX(seq) FROM _marks WHERE at <= ?1)").Bind(1, neededSince).Run();
    }

    public void Write(LogFold fold)
    {
        foreach (var seq in fold.Removed)
        {
            Remove(seq);
        }

        foreach (var (seq, json) in fold.Rewritten)
        {
            _database.Prepare("UPDATE _log SET json = ?2 WHERE seq = ?1").Bind(1, seq).BindUtf8(2, json.Span).Run();
        }

        foreach (var image in fold.Images)
        {
            _database.Prepare("INSERT OR REPLACE INTO _images (scope, tbl, row, seq, gone) VALUES (?1, ?2, ?3, ?4, ?5)")
                .Bind(1, image.Scope).Bind(2, image.Table).Bind(3, image.Row).Bind(4, image.Seq).Bind(5, image.IsGone ? 1 : 0).Run();
        }

        Set("compacted", fold.To);
    }

    /// <summary>Tombstones go, oldest first; whoever has not read the last of them cannot read on.</summary>
    public void Purge(IReadOnlyList<LogImage> tombstones)
    {
        foreach (var image in tombstones)
        {
            Remove(image.Seq);
            _database.Prepare("DELETE FROM _images WHERE scope = ?1 AND tbl = ?2 AND row = ?3")
                .Bind(1, image.Scope).Bind(2, image.Table).Bind(3, image.Row).Run();
        }

        Set("floor", tombstones[^1].Seq);
    }

    /// <summary>Events up to a place in the table go; the last of them tells of the changes up to <paramref name="last"/>.</summary>
    public void ForgetEvents(long place, long last)
    {
        _database.Prepare("DELETE FROM _events WHERE rowid <= ?1").Bind(1, place).Run();
        Set("events_from", last);
    }

    public void ForgetOutcomes(IReadOnlyList<(string Device, long N)> outcomes)
    {
        foreach (var (device, n) in outcomes)
        {
            _database.Prepare("DELETE FROM _mutations WHERE device = ?1 AND n = ?2").Bind(1, device).Bind(2, n).Run();
        }
    }

    public void NoteReader(string device, long seq, long seenAt, string? storage) =>
        _database.Prepare("INSERT OR REPLACE INTO _readers (device, seq, seen_at, storage) VALUES (?1, ?2, ?3, ?4)")
            .Bind(1, device).Bind(2, seq).Bind(3, seenAt).Bind(4, storage).Run();

    public void ForgetReaders(long seenBefore) =>
        _database.Prepare("DELETE FROM _readers WHERE seen_at < ?1").Bind(1, seenBefore).Run();

    private void Remove(long seq) => _database.Prepare("DELETE FROM _log WHERE seq = ?1").Bind(1, seq).Run();

    // Never lower: what is gone stays gone.
    private void Set(string key, long seq) =>
        _database.Prepare("UPDATE _meta SET value = ?2 WHERE key = ?1 AND CAST(value AS INTEGER) < CAST(?2 AS INTEGER)")
            .Bind(1, key).Bind(2, seq.ToString(CultureInfo.InvariantCulture)).Run();
}
