using System.Text.Json;
using System.Text.Json.Serialization;
using Branchline.Server.Replication.MasterSlave;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Gateway.MasterSlave;

/// <summary>
/// What a slave reads: <paramref name="Key"/> is another one for other tables or rights, and for another life of the log, so that a place never counts
/// for what was not read by it.
/// </summary>
internal sealed record SlaveView(string Peer, string Key, string Tables);

/// <summary>A record that was told: its table, the id it was told by, and the number of its change.</summary>
internal sealed record ToldRecord(string Table, string Id, long Seq);

/// <summary>
/// How far each slave has read, by the log and never by a clock. The times that are handed out name pages, each another one, with a fraction
/// that no clock of whole seconds shows:
/// <list type="bullet">
/// <item>one that comes back as it was given says that the page arrived, and is read on from there;</item>
/// <item>any other is of the slave's own clock: it is read on from what was acknowledged, and from the beginning where it is earlier than the one before;</item>
/// <item>none asks for everything.</item>
/// </list>
/// </summary>
internal sealed class SlavePlaces(ForeignDatabase database, TimeProvider time)
{
    private const int MostViews = 50;
    private const int MostPages = 100;

    /// <summary>Where to read on. What a slave asks for is what it has not got: its place goes back there, too.</summary>
    public long Begin(SlaveView view, DateTimeOffset? told) => database.Write(open =>
    {
        var place = Find(open, view);
        var page = told is { } known && place is not null ? UpTo(open, view, known.ToUnixTimeMilliseconds(), known) : null;
        var asked = told is not null && page is null ? told?.ToUnixTimeMilliseconds() : place?.Asked;
        var seq = told is null || place is null ? 0
            : page ?? (place.Asked is { } before && asked < before ? 0 : place.Seq);
        if (place is null)
        {
            Forget(open, view.Peer);
        }
        else if (seq < place.Seq)
        {
            // Their names stay taken.
            open.Prepare("UPDATE _slave_pages SET view = '' WHERE peer = ?1 AND view = ?2 AND upto > ?3").Bind(1, view.Peer).Bind(2, view.Key).Bind(3, seq).Run();
        }

        Save(open, view, seq, asked);
        return seq;
    });

    /// <summary>Names a page that goes out. One without records needs no acknowledgement.</summary>
    public DateTimeOffset End(SlaveView view, long upTo, IReadOnlyList<ToldRecord> records) => database.Write(open =>
    {
        if (records.Count == 0)
        {
            Move(open, view.Peer, view.Key, upTo);
        }

        var at = Math.Max(time.GetUtcNow().ToUnixTimeMilliseconds(), Latest(open, view.Peer) + 1);
        at += at % 1000 == 0 ? 1 : 0;
        open.Prepare("INSERT INTO _slave_pages (peer, at, view, upto, records) VALUES (?1, ?2, ?3, ?4, ?5)")
            .Bind(1, view.Peer).Bind(2, at).Bind(3, view.Key).Bind(4, upTo)
            .BindUtf8(5, JsonSerializer.SerializeToUtf8Bytes(records, SlavePlacesJson.Default.IReadOnlyListToldRecord)).Run();
        open.Prepare("DELETE FROM _slave_pages WHERE peer = ?1 AND at <= (SELECT at FROM _slave_pages WHERE peer = ?1 ORDER BY at DESC LIMIT 1 OFFSET ?2)")
            .Bind(1, view.Peer).Bind(2, MostPages).Run();
        return DateTimeOffset.FromUnixTimeMilliseconds(at);
    });

    /// <summary>Up to which change the slave is known to have read a table.</summary>
    public long Known(string peer, string epoch, string table) => database.Read(open =>
    {
        var statement = open.Prepare("SELECT MAX(seq) FROM _slave_places WHERE peer = ?1 AND view LIKE ?2 AND instr(' ' || tables || ' ', ?3) > 0")
            .Bind(1, peer).Bind(2, epoch + ".%").Bind(3, $" {table} ");
        statement.Step();
        var known = statement.IsNull(0) ? 0 : statement.Integer(0);
        statement.Reset();
        return known;
    });

    /// <summary>Moves the place of whatever the slave says it has; how many records that confirms, or null where nobody can tell which are meant.</summary>
    public int? Acknowledge(string peer, Acknowledgement told) => database.Write<int?>(open =>
    {
        var pages = Outstanding(open, peer, told.Tables);
        if (told.Ids.Count > 0)
        {
            return ConfirmRecords(open, peer, told.At is { } page && IsPage(open, peer, page) ? pages.FindAll(one => one.At == page.ToUnixTimeMilliseconds()) : pages, told.Ids);
        }

        if (told.At is not { } at)
        {
            return 0;
        }

        if (IsPage(open, peer, at))
        {
            var named = pages.Find(page => page.At == at.ToUnixTimeMilliseconds());
            return named is null ? 0 : Confirm(open, peer, named);
        }

        var views = pages.Select(page => page.View).Distinct().ToArray();
        return views.Length switch { 0 => 0, 1 => ConfirmOldest(open, peer, pages, at), _ => null };
    });

    // Every page after the place begins at the place or before it: whoever has any of them has the shortest.
    private static int ConfirmOldest(Database open, string peer, List<Page> pages, DateTimeOffset at)
    {
        var oldest = pages.MinBy(page => (page.UpTo, page.At))!;
        open.Prepare("UPDATE _slave_places SET acknowledged = ?3 WHERE peer = ?1 AND view = ?2 AND (acknowledged IS NULL OR acknowledged < ?3)")
            .Bind(1, peer).Bind(2, oldest.View).Bind(3, at.ToUnixTimeMilliseconds()).Run();
        if (open.RowsChanged == 0)
        {
            // The same word again, or an older one that was long on its way: what it was about is confirmed.
            return 0;
        }

        return Confirm(open, peer, oldest);
    }

    private static int Confirm(Database open, string peer, Page page)
    {
        Move(open, peer, page.View, page.UpTo);
        return page.Records.Count;
    }

    /// <summary>
    /// Each page up to the first record that is not among them: it is told again, and what follows. An id speaks for the oldest page that has it: the row
    /// may have changed since, and whoever says the id may not have heard of that.
    /// </summary>
    private static int ConfirmRecords(Database open, string peer, List<Page> pages, IReadOnlySet<(string? Table, string Id)> told)
    {
        var (ids, confirmed) = (told.ToHashSet(), 0);
        foreach (var page in pages)
        {
            var arrived = page.Records.TakeWhile(record => ids.Contains((record.Table, record.Id)) || ids.Contains((null, record.Id))).ToList();
            if (arrived.Count > 0)
            {
                Move(open, peer, page.View, arrived.Count == page.Records.Count ? page.UpTo : page.Records[arrived.Count].Seq - 1);
            }

            confirmed += arrived.Count;
            ids.ExceptWith(page.Records.SelectMany(record => new[] { (record.Table, record.Id), ((string?)null, record.Id) }));
        }

        return confirmed;
    }

    private static void Move(Database open, string peer, string view, long upTo) =>
        open.Prepare("UPDATE _slave_places SET seq = MAX(seq, ?3) WHERE peer = ?1 AND view = ?2").Bind(1, peer).Bind(2, view).Bind(3, upTo).Run();

    private void Save(Database open, SlaveView view, long seq, long? asked)
    {
        var statement = open.Prepare("""
            INSERT INTO _slave_places (peer, view, tables, seq, asked, used) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (peer, view) DO UPDATE SET seq = ?4, asked = ?5, used = ?6
            """)
            .Bind(1, view.Peer).Bind(2, view.Key).Bind(3, view.Tables).Bind(4, seq).Bind(6, time.GetUtcNow().ToUnixTimeMilliseconds());
        (asked is { } known ? statement.Bind(5, known) : statement.BindNull(5)).Run();
    }

    private static Place? Find(Database open, SlaveView view)
    {
        var statement = open.Prepare("SELECT seq, asked FROM _slave_places WHERE peer = ?1 AND view = ?2").Bind(1, view.Peer).Bind(2, view.Key);
        var place = statement.Step() ? new Place(statement.Integer(0), statement.IsNull(1) ? null : statement.Integer(1)) : null;
        statement.Reset();
        return place;
    }

    private static long? UpTo(Database open, SlaveView view, long at, DateTimeOffset told)
    {
        var statement = open.Prepare("SELECT upto FROM _slave_pages WHERE peer = ?1 AND view = ?2 AND at = ?3").Bind(1, view.Peer).Bind(2, view.Key).Bind(3, at);
        long? upTo = statement.Step() && IsWhole(told) ? statement.Integer(0) : null;
        statement.Reset();
        return upTo;
    }

    private static bool IsPage(Database open, string peer, DateTimeOffset told)
    {
        var statement = open.Prepare("SELECT 1 FROM _slave_pages WHERE peer = ?1 AND at = ?2").Bind(1, peer).Bind(2, told.ToUnixTimeMilliseconds());
        var isPage = statement.Step() && IsWhole(told);
        statement.Reset();
        return isPage;
    }

    // Handed out are whole milliseconds.
    private static bool IsWhole(DateTimeOffset told) => told.Ticks % TimeSpan.TicksPerMillisecond == 0;

    private static long Latest(Database open, string peer)
    {
        var statement = open.Prepare("SELECT MAX(at) FROM _slave_pages WHERE peer = ?1").Bind(1, peer);
        statement.Step();
        var latest = statement.IsNull(0) ? 0 : statement.Integer(0);
        statement.Reset();
        return latest;
    }

    /// <summary>Pages that went out and are not confirmed.</summary>
    private static List<Page> Outstanding(Database open, string peer, string? tables)
    {
        var statement = open.Prepare("""
            SELECT at, _slave_pages.view, upto, records FROM _slave_pages
            JOIN _slave_places ON _slave_places.peer = _slave_pages.peer AND _slave_places.view = _slave_pages.view
            WHERE _slave_pages.peer = ?1 AND upto > _slave_places.seq AND (?2 IS NULL OR tables = ?2) ORDER BY at
            """).Bind(1, peer).Bind(2, tables);
        var pages = new List<Page>();
        while (statement.Step())
        {
            pages.Add(new Page(
                statement.Integer(0), statement.Text(1), statement.Integer(2), JsonSerializer.Deserialize(statement.Utf8(3), SlavePlacesJson.Default.IReadOnlyListToldRecord)!));
        }

        statement.Reset();
        return pages;
    }

    // A slave whose oldest view is forgotten reads everything by it once more.
    private static void Forget(Database open, string peer)
    {
        open.Prepare("""
            DELETE FROM _slave_places WHERE peer = ?1 AND view NOT IN (SELECT view FROM _slave_places WHERE peer = ?1 ORDER BY used DESC LIMIT ?2)
            """).Bind(1, peer).Bind(2, MostViews - 1).Run();
    }

    private sealed record Place(long Seq, long? Asked);

    private sealed record Page(long At, string View, long UpTo, IReadOnlyList<ToldRecord> Records);
}

[JsonSerializable(typeof(IReadOnlyList<ToldRecord>))]
internal sealed partial class SlavePlacesJson : JsonSerializerContext;
