using Branchline.Protocol;
using Branchline.Server;
using Branchline.Server.Store.Sqlite;
using Branchline.Sqlite;

namespace Branchline.Bench.Engine;

/// <summary>
/// What is left of a push when nothing checks, merges, tells or answers: the same rows and log entries into the same two tables with their
/// indexes, in a file of its own on the same disk, with the node's statements and settings.
/// </summary>
internal sealed class RawInserts : IDisposable
{
    private const int FillTogether = 5000;
    private const int RowParameters = 10;
    private static readonly IdSource Ids = new(TimeProvider.System);
    private readonly Database _database;
    private readonly string _insert;
    private readonly string _branch;
    private long _seq;

    public RawInserts(string data, Guid branch)
    {
        _branch = branch.ToString();
        _database = Database.Open(Path.Combine(data, "raw.db"), readOnly: false);
        _database.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000");
        using var node = Database.Open(DataDirectory.DatabaseFileOf(data), readOnly: true);
        using var parts = node.PrepareOnce("SELECT sql FROM sqlite_master WHERE tbl_name IN ('clients', '_log') AND sql IS NOT NULL ORDER BY type DESC");
        while (parts.Step())
        {
            _database.Execute(parts.Text(0));
        }

        _insert = """
            INSERT INTO clients (id, _at, _first, _seq, name, branch_id, phone, email, city, since, consent, status, created_at, updated_at)
            VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, 'active', ?10, ?10)
            """;
    }

    public void Fill(int rows)
    {
        for (var done = 0; done < rows; done += FillTogether)
        {
            Commit(Texts(Math.Min(FillTogether, rows - done)));
        }
    }

    /// <summary>Rows a second; their texts are made before the clock runs, as a device makes its bodies.</summary>
    public double Rate(int rows, int together)
    {
        string[][][] batches = [.. Enumerable.Range(0, rows / together).Select(_ => Texts(together))];
        var started = TimeProvider.System.GetTimestamp();
        foreach (var batch in batches)
        {
            Commit(batch);
        }

        return rows / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    public void Dispose() => _database.Dispose();

    private void Commit(string[][] rows)
    {
        _database.Prepare("BEGIN IMMEDIATE").Run();
        var (insert, log) = (_database.Prepare(_insert), _database.Prepare("INSERT INTO _log (seq, scope, first, tbl, row, json) VALUES (?1, 1, ?1, 'clients', ?2, ?3)"));
        foreach (var row in rows)
        {
            insert.Bind(1, row[0]).Bind(2, row[1]).Bind(3, ++_seq);
            for (var index = 4; index <= RowParameters; index++)
            {
                insert.Bind(index, row[index - 2]);
            }

            insert.Run();
            log.Bind(1, _seq).Bind(2, row[0]).Bind(3, row[^1]).Run();
        }

        _database.Prepare("COMMIT").Run();
    }

    private string[][] Texts(int count)
    {
        var now = TimeProvider.System.GetUtcNow();
        var at = new Stamp(now.ToUnixTimeMilliseconds(), 0, new DeviceId("bench-raw")).ToString();
        var (moment, day) = (TimestampConverter.Format(now), now.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        return [.. Enumerable.Range(1, count).Select(index => Text(_seq + index, (at, moment, day)))];
    }

    private string[] Text(long number, (string At, string Moment, string Day) when)
    {
        var id = Ids.Next().ToString();
        var (name, phone, email) = ($"Client {number}", $"+49 30 {number:D7}", $"client{number}@bench-raw.example");
        var json =
            $$$"""{"seq":{{{number}}},"table":"clients","id":"{{{id}}}","kind":"set","fields":{"name":"{{{name}}}","branch_id":"{{{_branch}}}","phone":"{{{phone}}}","email":"{{{email}}}","city":"Berlin","since":"{{{when.Day}}}","consent":false,"status":"active","created_at":"{{{when.Moment}}}","updated_at":"{{{when.Moment}}}"},"at":"{{{when.At}}}","device":"bench-raw","n":{{{number}}}}""";
        return [id, when.At, name, _branch, phone, email, "Berlin", when.Day, when.Moment, json];
    }
}
