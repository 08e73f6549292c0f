using System.Text;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Feed.Checksums;
using Branchline.Server.Feed.Snapshots;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Feed.Branches;

/// <summary>Which stretch a branch reads. <paramref name="Tables"/> are in ordinal order; changes that came from <paramref name="Via"/> are left out.</summary>
internal sealed record BranchRead(string Scope, BranchPlace Place, IReadOnlyList<string> Tables, int Limit, string? Via)
{
    /// <summary>Whether rows that were deleted are read, too.</summary>
    public bool WithDeleted { get; init; }
}

/// <summary>
/// What branches read: the log as devices read it, of any table, and whole rows with the stamps of their fields. Where a log entry no longer says which
/// field was written when, the row as it stands now takes its place: rows may be newer than the place they are read at, which the log repeats harmlessly.
/// </summary>
internal sealed class BranchFeed(SqliteStore store, FeedMarks marks)
{
    // The mark of a device's snapshot says for whom it is; a branch's place is signed for by its key.
    private const string Mark = "b";

    /// <summary>The life of the log.</summary>
    public string Epoch => store.Epoch;

    /// <summary>The number of the last change.</summary>
    public long Head => marks.Head;

    /// <summary>Every scope that ever had a row.</summary>
    public async Task<IReadOnlyList<string>> ReadScopesAsync(CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        var statement = lease.Database.Prepare("SELECT name FROM _scopes ORDER BY name");
        var scopes = new List<string>();
        while (statement.Step())
        {
            scopes.Add(statement.Text(0));
        }

        statement.Reset();
        return scopes;
    }

    public async Task<BranchPage> ReadAsync(BranchRead read, CancellationToken cancellationToken)
    {
        if (read.Place.Cursor is { } cursor)
        {
            return FindReset(cursor) is { } reset ? new BranchPage(read.Scope) { Reset = reset } : await ReadLogAsync(read, cursor.Seq, cancellationToken);
        }

        return read.Place.Next is null ? await ReadRowsAsync(read, new SnapshotToken(marks.Head, 0, 0, Mark), cancellationToken)
            : SnapshotToken.TryParse(read.Place.Next, out var token) ? await ReadRowsAsync(read, token, cancellationToken)
            : new BranchPage(read.Scope) { Reset = "expired" };
    }

    /// <summary>Rows as they stand now; what is not there, or not in these scopes, has left.</summary>
    public async Task<IReadOnlyList<BranchChange>> ReadAsync(
        IReadOnlyDictionary<string, IReadOnlyList<Guid>> rows, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        var changes = new List<BranchChange>();
        foreach (var (table, ids) in rows)
        {
            foreach (var id in ids)
            {
                changes.Add(Find(lease.Database, table, id) is { } found && scopes.Contains(RowScope.Of(found.Layout.Table, found.Row.Fields))
                    ? Whole(found.Layout, found.Row, marks.Head)
                    : new BranchChange(marks.Head, table, id, ChangeKind.Leave, null, new Stamp(0, 0, new DeviceId("none")), new DeviceId("none"), 0));
            }
        }

        return changes;
    }

    /// <summary>Each row as it stands, deleted or not, and its scope; null for one that is not there.</summary>
    public async Task<IReadOnlyList<(BranchChange Row, string Scope)?>> ReadAsync(IReadOnlyList<(string Table, Guid Id)> rows, CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        return [.. rows.Select(row => Find(lease.Database, row.Table, row.Id) is { } found
            ? (Whole(found.Layout, found.Row, marks.Head), RowScope.Of(found.Layout.Table, found.Row.Fields))
            : ((BranchChange, string)?)null)];
    }

    /// <summary>The live rows of a scope whose last change is not after that number.</summary>
    public async Task<IReadOnlyList<(string Table, Guid Row)>> ReadIdsAsync(string scope, IReadOnlyList<string> tables, long upTo, CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        var ids = new List<(string, Guid)>();
        foreach (var layout in tables.Select(table => store.Layouts[table]).Where(layout => RowScope.Covers(layout.Table.Scope, scope)))
        {
            ids.AddRange(Rows(lease.Database, layout, scope, (0, int.MaxValue, false)).Where(row => row.Seq <= upTo).Select(row => (layout.Table.Name, row.Id)));
        }

        return ids;
    }

    /// <summary>The checksum of the tables' rows in a scope as they stand.</summary>
    public async Task<string> ReadSumAsync(string scope, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        return SumOf(lease.Database, new BranchRead(scope, new BranchPlace(), tables, 0, null));
    }

    private string? FindReset(Cursor cursor) =>
        ReaderEpochs.LogOf(cursor) != store.Epoch ? "epoch_changed"
        : cursor.Seq > marks.Head ? "ahead"
        : marks.IsExpired(cursor.Seq) ? "expired"
        : null;

    private async Task<BranchPage> ReadLogAsync(BranchRead read, long from, CancellationToken cancellationToken)
    {
        var head = marks.Head;
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        var database = lease.Database;
        database.Prepare("BEGIN").Run();
        try
        {
            var (changes, last, more) = ReadLog(database, read, from);
            if (marks.IsExpired(from))
            {
                return new BranchPage(read.Scope) { Reset = "expired" };
            }

            return new BranchPage(read.Scope)
            {
                Changes = changes,
                More = more,
                To = new BranchPlace(new Cursor(store.Epoch, more ? last : Math.Max(last, head))),
                Checksum = more ? null : SumOf(database, read),
            };
        }
        finally
        {
            database.Prepare("COMMIT").Run();
        }
    }

    private (List<BranchChange> Changes, long Last, bool More) ReadLog(Database database, BranchRead read, long from)
    {
        var statement = database.Prepare("""
            SELECT seq, first, json, tbl, row FROM _log
            WHERE scope = (SELECT id FROM _scopes WHERE name = ?1) AND seq > ?2 ORDER BY seq
            """).Bind(1, read.Scope).Bind(2, from);
        var tail = read.Via is null ? null : Encoding.UTF8.GetBytes($"\"via\":\"{read.Via}\"}}");
        try
        {
            var changes = new List<BranchChange>();
            var (last, mutation, compacted) = (from, 0L, marks.Compacted);
            while (statement.Step())
            {
                var (seq, first) = (statement.Integer(0), statement.Integer(1));
                if (changes.Count >= read.Limit && first != mutation)
                {
                    return (changes, last, true);
                }

                (last, mutation) = (seq, first);
                if (IsOf(read.Tables, statement.Text(3)) && Change(database, read, Parse(statement.Utf8(2), tail), seq <= compacted) is { } change)
                {
                    changes.Add(change);
                }
            }

            return (changes, last, false);
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>The entry, and whether the reader itself sent it.</summary>
    private static (BranchChange Change, bool IsOwn) Parse(ReadOnlySpan<byte> json, byte[]? tail) =>
        (JsonSerializer.Deserialize(json, ProtocolJson.Default.BranchChange)!, tail is not null && json.EndsWith(tail));

    private BranchChange? Change(Database database, BranchRead read, (BranchChange Change, bool IsOwn) entry, bool isFolded)
    {
        var (change, isOwn) = entry;
        // A folded entry stands for others' changes, too.
        if (isOwn && !isFolded && change.Kind is ChangeKind.Set or ChangeKind.Delete)
        {
            return null;
        }

        if (change.Kind is ChangeKind.Leave or ChangeKind.Delete)
        {
            return change;
        }

        if (change.Kind == ChangeKind.Set && !isFolded && IsLast(database, change))
        {
            return change;
        }

        // Later changes of the row may be the reader's own, which it is not told again, and what came from another node has a stamp for each of its
        // fields: the row as it stands holds all of it.
        var row = Find(database, change.Table, change.Id) is { Row.DeletedAt: null } found && RowScope.Of(found.Layout.Table, found.Row.Fields) == read.Scope ? found : ((TableLayout Layout, RowImage Row)?)null;
        var isCurrent = change.Kind == ChangeKind.Set && !isFolded && (row is null || (row.Value.Row.Seq == change.Seq && HasOneStamp(row.Value.Row, change)));

        // One that left again, or was deleted: that follows in the log.
        return isCurrent ? change : row is { } stored ? Whole(stored.Layout, stored.Row, change.Seq) with { Device = change.Device, N = change.N } : null;
    }

    /// <summary>Whether the change is what made the row, and the last of it: the entry says all there is to say, and the row need not be read.</summary>
    private bool IsLast(Database database, BranchChange change)
    {
        if (!store.Layouts.TryGetValue(change.Table, out var layout))
        {
            return false;
        }

        var statement = database.Prepare(layout.SelectState).Bind(1, change.Id);
        var isLast = statement.Step() && statement.Integer(1) == change.Seq && statement.TextOrNull(2) is null && statement.TextOrNull(3) is null
            && statement.Text(0) == change.At.ToString();
        statement.Reset();
        return isLast;
    }

    private static bool HasOneStamp(RowImage row, BranchChange change)
    {
        var at = change.At.ToString();
        return change.Fields?.Keys.All(field => field is "created_at" or "updated_at" || row.StampOf(field).At == at) != false;
    }

    private async Task<BranchPage> ReadRowsAsync(BranchRead read, SnapshotToken token, CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        var changes = new List<BranchChange>();
        var total = token is { Table: 0, Place: 0 } ? CountRows(lease.Database, read) : (long?)null;
        for (var index = token.Table; index < read.Tables.Count; index++)
        {
            if (!store.Layouts.TryGetValue(read.Tables[index], out var layout) || !RowScope.Covers(layout.Table.Scope, read.Scope))
            {
                continue;
            }

            var place = index == token.Table ? token.Place : 0;
            foreach (var row in Rows(lease.Database, layout, read.Scope, (place, read.Limit - changes.Count, read.WithDeleted)))
            {
                changes.Add(Whole(layout, row, token.Seq));
                place = row.Place;
            }

            if (changes.Count >= read.Limit)
            {
                var next = token with { Table = index, Place = place };
                return new BranchPage(read.Scope) { Changes = changes, More = true, Rows = true, Total = total, To = new BranchPlace(Next: next.ToString()) };
            }
        }

        return new BranchPage(read.Scope) { Changes = changes, More = true, Rows = true, Total = total, To = new BranchPlace(new Cursor(store.Epoch, token.Seq)) };
    }

    private long CountRows(Database database, BranchRead read)
    {
        var total = 0L;
        foreach (var layout in read.Tables.Select(store.Layouts.GetValueOrDefault).OfType<TableLayout>().Where(layout => RowScope.Covers(layout.Table.Scope, read.Scope)))
        {
            var owner = layout.Table.Scope.Field is { } field ? $" AND {TableLayout.Quote(field)} = ?1" : string.Empty;
            var statement = database.Prepare($"SELECT COUNT(*) FROM {layout.Name} WHERE {(read.WithDeleted ? "TRUE" : "_deleted IS NULL")}{owner}");
            _ = owner.Length == 0 ? statement : statement.Bind(1, OwnerIn(read.Scope));
            total += statement.Step() ? statement.Integer(0) : 0;
            statement.Reset();
        }

        return total;
    }

    private static string OwnerIn(string scope) => scope[(scope.IndexOf(':', StringComparison.Ordinal) + 1)..];

    private static List<RowImage> Rows(Database database, TableLayout layout, string scope, (long After, int Limit, bool WithDeleted) which)
    {
        var owner = layout.Table.Scope.Field is { } field ? $" AND {TableLayout.Quote(field)} = ?3" : string.Empty;
        var statement = database.Prepare($"{layout.SelectAll} WHERE _no > ?1{(which.WithDeleted ? "" : " AND _deleted IS NULL")}{owner} ORDER BY _no LIMIT ?2").Bind(1, which.After).Bind(2, which.Limit);
        _ = owner.Length == 0 ? statement : statement.Bind(3, OwnerIn(scope));
        var rows = new List<RowImage>();
        while (statement.Step())
        {
            rows.Add(RowSql.ReadImage(statement, layout));
        }

        statement.Reset();
        return rows;
    }

    private (TableLayout Layout, RowImage Row)? Find(Database database, string table, Guid id)
    {
        if (!store.Layouts.TryGetValue(table, out var layout))
        {
            return null;
        }

        var statement = database.Prepare(layout.SelectById).Bind(1, id);
        var row = statement.Step() ? RowSql.ReadImage(statement, layout) : null;
        statement.Reset();
        return row is null ? null : (layout, row);
    }

    private static BranchChange Whole(TableLayout layout, RowImage row, long seq)
    {
        var at = Stamp.TryParse(row.DeletedAt ?? row.Inserted.At, out var stamp) ? stamp : default;
        if (row.DeletedAt is not null)
        {
            return new BranchChange(seq, layout.Table.Name, row.Id, ChangeKind.Delete, null, at, at.Device, 0);
        }

        var fields = new Dictionary<string, FieldValue>(row.Fields.Count, StringComparer.Ordinal);
        Dictionary<string, string>? stamps = null;
        foreach (var (name, value) in row.Fields)
        {
            var isSum = layout.Table.Fields.TryGetValue(name, out var field) && field.Sum is not null;
            if (!isSum && !value.IsNull)
            {
                fields.Add(name, value);
            }

            if (!isSum && field is not null && row.Stamps.Find(name) is { } written)
            {
                (stamps ??= new Dictionary<string, string>(StringComparer.Ordinal)).Add(name, written.At);
            }
        }

        return new BranchChange(seq, layout.Table.Name, row.Id, ChangeKind.Enter, fields, at, at.Device, 0) { Stamps = stamps };
    }

    /// <summary>The checksum of the tables' rows in the scope, on a connection for reading.</summary>
    private string SumOf(Database database, BranchRead read)
    {
        var names = StoredSums.Tables(store.Schema);
        var sums = StoredSums.Read(database, names, read.Scope);
        return RowChecksum.Format(names.Index().Where(table => IsOf(read.Tables, table.Item)).Aggregate(0UL, (sum, table) => unchecked(sum + sums[table.Index])));
    }

    private static bool IsOf(IReadOnlyList<string> tables, string name) => tables.Contains(name, StringComparer.Ordinal);
}
