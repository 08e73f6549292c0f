using System.Collections.Concurrent;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Gateway.Missed;

/// <summary>
/// When channels that are fed from tables last carried something else: a backend's event, a client's. The feed cannot tell that again, so whoever
/// may have missed it is not told that nothing is missing. Exact within this process and over a stop; after a crash it is taken
/// that channels which had any had it to the end: the first of each is on the disk before it is said.
/// </summary>
internal sealed class OutsideEvents : IDisposable
{
    private const string Table = """
        CREATE TABLE IF NOT EXISTS _outside (channel TEXT PRIMARY KEY, until INTEGER) WITHOUT ROWID;
        UPDATE _outside SET until = (SELECT CAST(value AS INTEGER) FROM _meta WHERE key = 'head') WHERE until IS NULL;
        """;

    private readonly ConcurrentDictionary<string, long> _last = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _begun = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly Database _database;

    public OutsideEvents(string file)
    {
        _database = Database.Open(file, readOnly: false);
        _database.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
        _database.Execute(Table);
        var known = _database.Prepare("SELECT channel, until FROM _outside");
        while (known.Step())
        {
            _last[known.Text(0)] = known.Integer(1);
        }

        known.Reset();
    }

    /// <summary>The change after which, at the latest, something from outside the feed was said on the channel; -1 when nothing ever was.</summary>
    public long LastOf(string channel) => _last.GetValueOrDefault(channel, -1);

    /// <summary>Before something is said: from here on a restart knows of it.</summary>
    public void Begin(string channel)
    {
        if (_begun.ContainsKey(channel))
        {
            return;
        }

        lock (_gate)
        {
            _database.Prepare("INSERT OR REPLACE INTO _outside (channel, until) VALUES (?1, NULL)").Bind(1, channel).Run();
            _begun[channel] = true;
        }
    }

    /// <summary>Something was said after that change.</summary>
    public void Note(string channel, long seq) =>
        _last.AddOrUpdate(channel, static (_, now) => now, static (_, before, now) => Math.Max(before, now), seq);

    /// <summary>A node that ends in order leaves behind what it knows exactly.</summary>
    public void Dispose()
    {
        foreach (var channel in _begun.Keys)
        {
            _database.Prepare("UPDATE _outside SET until = ?2 WHERE channel = ?1").Bind(1, channel).Bind(2, LastOf(channel)).Run();
        }

        _database.Dispose();
    }
}
