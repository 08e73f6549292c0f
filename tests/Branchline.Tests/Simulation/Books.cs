using System.Globalization;
using Branchline.Protocol;
using Branchline.Server.Store.Sqlite;
using Branchline.Sqlite;

namespace Branchline.Tests.Simulation;

/// <summary>A promise that did not hold.</summary>
internal sealed class BrokenPromiseException(string what) : Exception(what);

/// <summary>
/// What happened in the shop, written down by the people and not by the system, and what must therefore be true of the node and its devices.
/// </summary>
internal sealed class Books
{
    private readonly Dictionary<Guid, Mutation> _written = [];
    private readonly HashSet<Guid> _bad = [];
    private readonly Dictionary<Guid, (Guid Branch, long Total, string Receipt)> _sales = [];
    private readonly Dictionary<Guid, Guid> _goods = [];        // entries of the stock ledger, by their mutation
    private readonly List<Guid> _acknowledged = [];
    private int _confirmed;     // of the acknowledged, so many were seen on the node since it was last restored

    public void Wrote(Mutation mutation) => _written[mutation.Id] = mutation;

    /// <summary>A mutation that nobody may take.</summary>
    public void WroteBadly(Mutation mutation)
    {
        Wrote(mutation);
        _bad.Add(mutation.Id);
    }

    public void Sold(Guid sale, (Guid Branch, long Total, string Receipt) what) => _sales[sale] = what;

    public void Moved(Guid entry, Mutation mutation) => _goods[entry] = mutation.Id;

    public void Acknowledged(Guid mutation) => _acknowledged.Add(mutation);

    /// <summary>An operator put an older state in the place of the node's: what it then lacks, devices hold.</summary>
    public void Restored() => _confirmed = int.MaxValue;

    /// <summary>True at any time while a node is up.</summary>
    public void CheckNode(SqliteStore store)
    {
        if (_confirmed != int.MaxValue)
        {
            for (; _confirmed < _acknowledged.Count; _confirmed++)
            {
                Demand(IsKnown(store, _acknowledged[_confirmed]), $"the acknowledged mutation {_acknowledged[_confirmed]} is not on the node");
            }
        }

        foreach (var (shelf, kept, counted) in Recount(store))
        {
            Demand(kept == counted, $"{shelf} is {kept} on the shelf, and {counted} by its ledger");
        }

        var astray = Scalar(store, """
            SELECT COUNT(*) FROM remarks r JOIN notes n ON n.id = r.note_id
            WHERE r._deleted IS NULL AND n._deleted IS NULL AND r.branch_id <> n.branch_id
            """);
        Demand(astray == 0, $"{astray} remarks are in another branch than their note");
    }

    /// <summary>True at any time of a device.</summary>
    public static void CheckDevice(ISimDevice device)
    {
        foreach (var (scope, rows) in device.Base)
        {
            foreach (var ((table, id), fields) in rows)
            {
                var owner = fields.GetValueOrDefault("branch_id").AsText is { } branch ? $"branch:{branch}"
                    : fields.GetValueOrDefault("user_id").AsText is { } user ? $"user:{user}" : "everyone";
                Demand(owner == scope, $"{table} {id} of {owner} is in {scope} of {device.Name}");
            }
        }
    }

    /// <summary>What must be true of the node once everybody was heard.</summary>
    public void CheckHealed(SqliteStore store, bool didRightsChange)
    {
        var sales = Read(store, "SELECT id, total FROM \"sales\" WHERE _deleted IS NULL");
        Demand(didRightsChange || sales.Count == _sales.Count, $"{_sales.Count} sales were made, and {sales.Count} are on the node");
        Demand(sales.Keys.All(_sales.ContainsKey), "the node has a sale that nobody made");
        var paid = Scalar(store, "SELECT COALESCE(SUM(amount), 0) FROM \"payments\"");
        Demand(paid == sales.Values.Sum(), $"sales come to {sales.Values.Sum()}, payments to {paid}");
        var entries = Read(store, "SELECT id, quantity FROM \"moves\"");
        Demand(didRightsChange || entries.Count == _goods.Count, $"{_goods.Count} movements were written, and {entries.Count} are on the node");
    }

    /// <summary>On hand by the stamps that the devices gave, whenever what arrived: the newest count, and what was entered after it.</summary>
    public void CheckShelves(SqliteStore store)
    {
        var entries = from moved in _goods
                      let mutation = _written[moved.Value]
                      let write = mutation.Writes.Single(write => write.Id == moved.Key)
                      select (
                          Shelf: $"{write.Fields["branch_id"]} {write.Fields["product_id"]}",
                          At: (mutation.At.Milliseconds, mutation.At.Counter),
                          IsCount: write.Fields["kind"].AsText == "count",
                          Quantity: write.Fields["quantity"].AsInteger!.Value);
        foreach (var shelf in entries.GroupBy(entry => entry.Shelf, StringComparer.Ordinal))
        {
            var count = shelf.Where(entry => entry.IsCount).OrderBy(entry => entry.At).LastOrDefault();
            if (shelf.Count(entry => entry.At == count.At) > 1)
            {
                continue; // Two devices in the same moment: their names decide, and those may have changed.
            }

            var expected = count.Quantity + shelf.Where(entry => entry.At.CompareTo(count.At) > 0).Sum(entry => entry.Quantity);
            var kept = Scalar(store, $"SELECT COALESCE((SELECT quantity FROM \"stock\" WHERE branch_id || ' ' || product_id = '{shelf.Key}'), 0)");
            Demand(kept == expected, $"{shelf.Key} is {kept} on the shelf, and {expected} by what people wrote");
        }
    }

    /// <summary>The tray holds what nobody may take, and nothing of a document of record is in it.</summary>
    public void CheckTrays(IEnumerable<(Mutation Mutation, string Code)> trays, bool didRightsChange)
    {
        var refused = trays.DistinctBy(one => one.Mutation.Id).ToDictionary(one => one.Mutation.Id, one => one);
        Demand(_bad.All(refused.ContainsKey), "a mutation that nobody may take was taken");
        foreach (var (mutation, code) in refused.Values.Where(one => !_bad.Contains(one.Mutation.Id)))
        {
            var isDocument = mutation.Writes.Any(write => write.Table is "sales" or "payments" or "moves");
            Demand(!isDocument || didRightsChange, $"a sale or a movement of goods was refused: {code}");
            var isRemark = mutation.Writes.All(write => write.Table == "remarks");
            Demand(
                didRightsChange || (isRemark && code == ErrorCodes.BrokenReference) || code is ErrorCodes.RowMissing or ErrorCodes.RowDeleted or ErrorCodes.IllegalMove or ErrorCodes.OutOfScope,
                $"a mutation was refused with {code}: {string.Join(", ", mutation.Writes.Select(write => $"{write.Kind} {write.Table}"))}");
        }
    }

    /// <summary>Receipt numbers of a device that was never copied: unique, and without a gap.</summary>
    public void CheckReceipts()
    {
        foreach (var series in _sales.Values.Select(sale => sale.Receipt).GroupBy(receipt => receipt[..receipt.LastIndexOf('-')], StringComparer.Ordinal))
        {
            var numbers = series.Select(receipt => int.Parse(receipt[(receipt.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture)).Order().ToList();
            Demand(numbers.SequenceEqual(Enumerable.Range(1, numbers.Count)), $"receipts of {series.Key} have a gap or a double: {string.Join(',', numbers)}");
        }
    }

    public static void Demand(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new BrokenPromiseException(otherwise);
        }
    }

    /// <summary>On hand by the rule of the book: the newest count, and what was entered after it.</summary>
    private static IEnumerable<(string Shelf, long Kept, long Counted)> Recount(SqliteStore store)
    {
        var entries = new List<(string Shelf, string At, string Kind, long Quantity)>();
        Each(store, "SELECT branch_id || ' ' || product_id, _at, kind, quantity FROM \"moves\" ORDER BY _no", row =>
            entries.Add((row.Text(0), row.Text(1), row.Text(2), row.Integer(3))));
        var kept = new Dictionary<string, long>(StringComparer.Ordinal);
        Each(store, "SELECT branch_id || ' ' || product_id, quantity FROM \"stock\" WHERE _deleted IS NULL", row => kept[row.Text(0)] = row.Integer(1));
        foreach (var shelf in entries.GroupBy(entry => entry.Shelf, StringComparer.Ordinal))
        {
            var count = shelf.Where(entry => entry.Kind == "count").Select(entry => entry.At).Order(StringComparer.Ordinal).LastOrDefault() ?? "";
            var stated = shelf.LastOrDefault(entry => entry.At == count && entry.Kind == "count").Quantity;
            yield return (shelf.Key, kept.GetValueOrDefault(shelf.Key), stated + shelf.Where(entry => string.CompareOrdinal(entry.At, count) > 0).Sum(entry => entry.Quantity));
        }
    }

    private static bool IsKnown(SqliteStore store, Guid mutation) =>
        Scalar(store, $"SELECT COUNT(*) FROM _mutations WHERE id = '{mutation}'") > 0;

    private static long Scalar(SqliteStore store, string sql) => long.Parse(store.Writer.Scalar(sql)!, CultureInfo.InvariantCulture);

    private static Dictionary<Guid, long> Read(SqliteStore store, string sql)
    {
        var rows = new Dictionary<Guid, long>();
        Each(store, sql, row => rows[Guid.Parse(row.Text(0), CultureInfo.InvariantCulture)] = row.Integer(1));
        return rows;
    }

    private static void Each(SqliteStore store, string sql, Action<Statement> row)
    {
        var statement = store.Writer.Prepare(sql);
        while (statement.Step())
        {
            row(statement);
        }

        statement.Reset();
    }
}
