using System.Text.Json;
using Branchline.Protocol;

namespace Branchline.Server.Store.Sqlite;

/// <summary>
/// What is known of mutations on their way to the last word: by which branches a device's came (<c>_ways</c>), from which number on they wait above a master
/// (<c>_above</c>), and which were refused after they were applied here (<c>_refusals</c>). Written by the commit loop's thread.
/// </summary>
internal sealed class LastWordTables(SqliteStore store)
{
    private const int MostKept = 10_000;

    private readonly Database _database = store.Writer;

    /// <summary>Mutations of the device came by the branch.</summary>
    public void CameBy(string device, string via) =>
        _database.Prepare("INSERT OR IGNORE INTO _ways (device, via) VALUES (?1, ?2)").Bind(1, device).Bind(2, via).Run();

    /// <summary>A mutation of the device that is known came by the branch once more: its device may have moved there.</summary>
    public void CameAgain(string device, long n, string via)
    {
        CameBy(device, via);
        _database.Prepare("UPDATE _up SET via = ?3 WHERE via IS NOT NULL AND device = ?1 AND n = ?2").Bind(1, device).Bind(2, n).Bind(3, via).Run();
    }

    /// <summary>By which branch a mutation came that waits, or waited, for a master; null where its device gave it to this node itself.</summary>
    public string? WayOf(string device, long n)
    {
        var statement = _database.Prepare("SELECT via FROM _up WHERE via IS NOT NULL AND device = ?1 AND n = ?2 ORDER BY place DESC LIMIT 1").Bind(1, device).Bind(2, n);
        var via = statement.Step() ? statement.Text(0) : null;
        statement.Reset();
        return via;
    }

    /// <summary>False when it was written down before. <paramref name="via"/> is the branch that is told, beside the device.</summary>
    public bool Refuse(LateRefusal refusal, string? via)
    {
        var mutation = refusal.Forwarded.Mutation;
        if (IsRefused(mutation.Id))
        {
            return false;
        }

        _database.Prepare("INSERT INTO _refusals (mutation, device, json, via) VALUES (?1, ?2, ?3, ?4)")
            .Bind(1, mutation.Id).Bind(2, mutation.Device.Value).BindUtf8(3, JsonSerializer.SerializeToUtf8Bytes(refusal, ProtocolJson.Default.LateRefusal)).Bind(4, via).Run();
        _database.Prepare("DELETE FROM _refusals WHERE place <= (SELECT MAX(place) FROM _refusals) - ?1").Bind(1, MostKept).Run();
        return true;
    }

    /// <summary>From which numbers on a master's devices wait above it, and nothing else.</summary>
    public void Await(string master, IReadOnlyDictionary<string, long> waiting)
    {
        _database.Prepare("DELETE FROM _above WHERE master = ?1").Bind(1, master).Run();
        foreach (var (device, n) in waiting)
        {
            _database.Prepare("INSERT INTO _above (master, device, n) VALUES (?1, ?2, ?3)").Bind(1, master).Bind(2, device).Bind(3, n).Run();
        }
    }

    /// <summary>The lowest number of the device that waits for a last word, or null, on a connection for reading.</summary>
    public static long? Waiting(Database database, string device)
    {
        var statement = database.Prepare("""
            SELECT MIN(n) FROM (SELECT MIN(n) AS n FROM _up WHERE device = ?1 AND state <> 1 UNION ALL SELECT MIN(n) FROM _above WHERE device = ?1)
            """).Bind(1, device);
        statement.Step();
        long? lowest = statement.TextOrNull(0) is null ? null : statement.Integer(0);
        statement.Reset();
        return lowest;
    }

    /// <summary>The same for every device of which something came by the branch and waits.</summary>
    public static IReadOnlyDictionary<string, long> WaitingBy(Database database, string via)
    {
        var waiting = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var device in Devices(database, via))
        {
            if (Waiting(database, device) is { } n)
            {
                waiting[device] = n;
            }
        }

        return waiting;
    }

    /// <summary>Refusals of a device's mutations after a place, oldest first.</summary>
    public static IReadOnlyList<(long Place, LateRefusal Refusal)> Refused(Database database, string device, long after, int most) =>
        Read(database.Prepare("SELECT place, json FROM _refusals WHERE device = ?1 AND place > ?2 ORDER BY place LIMIT ?3").Bind(1, device).Bind(2, after).Bind(3, most));

    /// <summary>The same of all that came by a branch.</summary>
    public static IReadOnlyList<(long Place, LateRefusal Refusal)> RefusedBy(Database database, string via, long after, int most) =>
        Read(database.Prepare("SELECT place, json FROM _refusals WHERE via = ?1 AND place > ?2 ORDER BY place LIMIT ?3").Bind(1, via).Bind(2, after).Bind(3, most));

    /// <summary>From which numbers on devices wait above a master.</summary>
    public static IReadOnlyDictionary<string, long> Awaited(Database database, string master)
    {
        var statement = database.Prepare("SELECT device, n FROM _above WHERE master = ?1").Bind(1, master);
        var above = new Dictionary<string, long>(StringComparer.Ordinal);
        while (statement.Step())
        {
            above.Add(statement.Text(0), statement.Integer(1));
        }

        statement.Reset();
        return above;
    }

    private bool IsRefused(Guid mutation)
    {
        var statement = _database.Prepare("SELECT 1 FROM _refusals WHERE mutation = ?1").Bind(1, mutation);
        var found = statement.Step();
        statement.Reset();
        return found;
    }

    // Of those that wait only: there may be ten thousand that do not.
    private static List<string> Devices(Database database, string via)
    {
        var statement = database.Prepare("""
            WITH RECURSIVE open (device) AS (
              SELECT MIN(device) FROM _up WHERE state <> 1
              UNION ALL SELECT (SELECT MIN(device) FROM _up WHERE state <> 1 AND _up.device > open.device) FROM open WHERE open.device IS NOT NULL)
            SELECT device FROM _ways WHERE via = ?1 AND device IN (SELECT device FROM open UNION SELECT device FROM _above)
            """).Bind(1, via);
        var devices = new List<string>();
        while (statement.Step())
        {
            devices.Add(statement.Text(0));
        }

        statement.Reset();
        return devices;
    }

    private static List<(long, LateRefusal)> Read(Statement statement)
    {
        var refusals = new List<(long, LateRefusal)>();
        try
        {
            while (statement.Step())
            {
                refusals.Add((statement.Integer(0), JsonSerializer.Deserialize(statement.Utf8(1), ProtocolJson.Default.LateRefusal)!));
            }

            return refusals;
        }
        finally
        {
            statement.Reset();
        }
    }
}
