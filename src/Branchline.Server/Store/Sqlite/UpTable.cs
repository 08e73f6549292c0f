using System.Text.Json;
using Branchline.Protocol;

namespace Branchline.Server.Store.Sqlite;

/// <summary>What became of a mutation on its way to a master.</summary>
internal enum UpState
{
    /// <summary>It waits to be sent, or to be sent again.</summary>
    Waiting = 0,

    /// <summary>The master has it.</summary>
    Confirmed = 1,

    /// <summary>The master does not know a table or field of it yet; it waits until the master is brought up to date.</summary>
    Held = 2,
}

/// <summary>A mutation that waits for a master. <paramref name="Known"/> is the branch's own number up to which its device knew the log.</summary>
internal sealed record UpEntry(long Place, long Known, ForwardedMutation Forwarded)
{
    /// <summary>How long it is as JSON, once it was stored.</summary>
    public int Bytes { get; init; }

    /// <summary>The branch it came by; null where its device gave it to this node itself.</summary>
    public string? Via { get; init; }
}

/// <summary>How much of a lane waits, and since when, in Unix milliseconds.</summary>
internal readonly record struct UpCount(long Waiting, long Held, long? Oldest);

/// <summary>
/// Mutations on their way to the masters of this node, written in the transaction of their effects, and which rows have one that waits. What a master
/// has is kept for a while: one that was put back to an older copy gets it again.
/// </summary>
internal sealed class UpTable(SqliteStore store)
{
    private readonly Database _database = store.Writer;

    /// <summary>Appends one, with the rows it is about.</summary>
    public void Add(string master, string lane, long at, UpEntry entry, IEnumerable<(string Table, Guid Row)> rows)
    {
        _database.Prepare("INSERT INTO _up (master, lane, state, at, known, json, device, n, via) VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6, ?7, ?8)")
            .Bind(1, master).Bind(2, lane).Bind(3, at).Bind(4, entry.Known)
            .BindUtf8(5, JsonSerializer.SerializeToUtf8Bytes(entry.Forwarded, ProtocolJson.Default.ForwardedMutation))
            .Bind(6, entry.Forwarded.Mutation.Device.Value).Bind(7, entry.Forwarded.Mutation.N).Bind(8, entry.Via).Run();
        var place = _database.Number("SELECT last_insert_rowid()");
        foreach (var row in rows)
        {
            AddRow(master, place, row);
        }
    }

    /// <summary>Whether a mutation of any row waits for any master.</summary>
    public bool HasRows => _database.Number("SELECT EXISTS (SELECT 1 FROM _up_rows)") != 0;

    /// <summary>Whether a mutation of the row waits for the master.</summary>
    public bool IsWaiting(string master, string table, Guid row)
    {
        var statement = _database.Prepare("SELECT 1 FROM _up_rows WHERE tbl = ?1 AND row = ?2 AND master = ?3 LIMIT 1")
            .Bind(1, table).Bind(2, row).Bind(3, master);
        var found = statement.Step();
        statement.Reset();
        return found;
    }

    /// <summary>Brings into this lane what waits in others of these rows, and of the rows that these name: nothing overtakes what it builds on.</summary>
    public void Draw(string master, string lane, IEnumerable<(string Table, Guid Row)> rows, Func<Mutation, IEnumerable<(string Table, Guid Row)>> about)
    {
        var open = new Stack<(string Table, Guid Row)>(rows);
        while (open.TryPop(out var row))
        {
            foreach (var place in Places(master, row).Where(other => other.Lane != lane).Select(other => other.Place))
            {
                _database.Prepare("UPDATE _up SET lane = ?2 WHERE place = ?1").Bind(1, place).Bind(2, lane).Run();
                foreach (var other in about(Read(place).Forwarded.Mutation))
                {
                    open.Push(other);
                }
            }
        }
    }

    /// <summary>The lanes in which something waits that is about these rows.</summary>
    public IEnumerable<string> LanesOf(string master, IEnumerable<(string Table, Guid Row)> rows) =>
        rows.SelectMany(row => Places(master, row)).Select(place => place.Lane).Distinct().ToArray();

    /// <summary>The mutation arrived: nothing of it waits any longer.</summary>
    public void Settle(long place, UpState state)
    {
        _database.Prepare("UPDATE _up SET state = ?2 WHERE place = ?1").Bind(1, place).Bind(2, (long)state).Run();
        if (state == UpState.Confirmed)
        {
            _database.Prepare("DELETE FROM _up_rows WHERE place = ?1").Bind(1, place).Run();
        }
    }

    /// <summary>The master refused it for good: not even one that was put back gets it again.</summary>
    public void Remove(long place)
    {
        _database.Prepare("DELETE FROM _up WHERE place = ?1").Bind(1, place).Run();
        _database.Prepare("DELETE FROM _up_rows WHERE place = ?1").Bind(1, place).Run();
    }

    /// <summary>Everything that is kept for the master waits once more: it was put back to an older copy, or knows more than it did.</summary>
    public void Reopen(string master, UpState from)
    {
        var places = new List<long>();
        var statement = _database.Prepare("SELECT place FROM _up WHERE master = ?1 AND state = ?2 ORDER BY place").Bind(1, master).Bind(2, (long)from);
        while (statement.Step())
        {
            places.Add(statement.Integer(0));
        }

        statement.Reset();
        foreach (var place in places)
        {
            _database.Prepare("UPDATE _up SET state = 0 WHERE place = ?1").Bind(1, place).Run();
            foreach (var write in Read(place).Forwarded.Mutation.Writes)
            {
                AddRow(master, place, (write.Table, write.Id));
            }
        }
    }

    /// <summary>Of what the masters have only the newest stay.</summary>
    public void Trim(long most) =>
        _database.Prepare("DELETE FROM _up WHERE state = 1 AND place <= (SELECT MAX(place) FROM _up) - ?1").Bind(1, most).Run();

    /// <summary>Nothing waits for a master that this node follows no longer.</summary>
    public void Forget(string master)
    {
        _database.Prepare("DELETE FROM _up WHERE master = ?1").Bind(1, master).Run();
        _database.Prepare("DELETE FROM _up_rows WHERE master = ?1").Bind(1, master).Run();
        _database.Prepare("DELETE FROM _down_marks WHERE master = ?1").Bind(1, master).Run();
    }

    /// <summary>The next that wait in a lane after a place, oldest first and without some that are on their way, on a connection for reading.</summary>
    public static IReadOnlyList<UpEntry> Next(Database database, string master, string lane, int limit, (long After, IReadOnlySet<long> Except) from)
    {
        var statement = database.Prepare("SELECT place, known, json, via FROM _up WHERE master = ?1 AND state = 0 AND lane = ?2 AND place > ?4 ORDER BY place LIMIT ?3")
            .Bind(1, master).Bind(2, lane).Bind(3, limit + from.Except.Count).Bind(4, from.After);
        var entries = new List<UpEntry>();
        while (entries.Count < limit && statement.Step())
        {
            if (!from.Except.Contains(statement.Integer(0)))
            {
                entries.Add(ReadEntry(statement));
            }
        }

        statement.Reset();
        return entries;
    }

    /// <summary>What waits at these places, or is held there, on a connection for reading. What was settled meanwhile is left out.</summary>
    public static IReadOnlyList<UpEntry> Find(Database database, string master, IEnumerable<long> places)
    {
        var statement = database.Prepare("SELECT place, known, json, via FROM _up WHERE place = ?1 AND master = ?2 AND state IN (0, 2)").Bind(2, master);
        var entries = new List<UpEntry>();
        foreach (var place in places)
        {
            if (statement.Bind(1, place).Step())
            {
                entries.Add(ReadEntry(statement));
            }

            statement.Reset();
        }

        return entries;
    }

    /// <summary>How many mutations and rows wait, by lane, on a connection for reading.</summary>
    public static IReadOnlyDictionary<string, UpCount> Count(Database database, string master)
    {
        var statement = database.Prepare("""
            SELECT lane, SUM(state = 0), SUM(state = 2), MIN(at) FROM (
              SELECT lane, state, at FROM _up WHERE master = ?1 AND state IN (0, 2) UNION ALL SELECT lane, state, at FROM _offers WHERE master = ?1)
            GROUP BY lane
            """).Bind(1, master);
        var counts = new Dictionary<string, UpCount>(StringComparer.Ordinal);
        while (statement.Step())
        {
            counts.Add(statement.Text(0), new UpCount(statement.Integer(1), statement.Integer(2), statement.Integer(3)));
        }

        statement.Reset();
        return counts;
    }

    private void AddRow(string master, long place, (string Table, Guid Row) row) =>
        _database.Prepare("INSERT OR IGNORE INTO _up_rows (tbl, row, master, place) VALUES (?1, ?2, ?3, ?4)")
            .Bind(1, row.Table).Bind(2, row.Row).Bind(3, master).Bind(4, place).Run();

    private List<(long Place, string Lane)> Places(string master, (string Table, Guid Row) row)
    {
        var statement = _database.Prepare("""
            SELECT _up.place, _up.lane FROM _up_rows JOIN _up ON _up.place = _up_rows.place
            WHERE tbl = ?1 AND row = ?2 AND _up_rows.master = ?3
            """).Bind(1, row.Table).Bind(2, row.Row).Bind(3, master);
        var places = new List<(long, string)>();
        while (statement.Step())
        {
            places.Add((statement.Integer(0), statement.Text(1)));
        }

        statement.Reset();
        return places;
    }

    private UpEntry Read(long place)
    {
        var statement = _database.Prepare("SELECT place, known, json, via FROM _up WHERE place = ?1").Bind(1, place);
        statement.Step();
        var entry = ReadEntry(statement);
        statement.Reset();
        return entry;
    }

    private static UpEntry ReadEntry(Statement statement) =>
        new(statement.Integer(0), statement.Integer(1), JsonSerializer.Deserialize(statement.Utf8(2), ProtocolJson.Default.ForwardedMutation)!)
        {
            Bytes = statement.Utf8(2).Length,
            Via = statement.TextOrNull(3),
        };
}
