using Branchline.Protocol;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Feed.Checksums;

/// <summary>A checksum that is kept otherwise than the rows have it.</summary>
internal sealed record WrongChecksum(string Scope, string Table, ulong Kept, ulong Counted);

/// <summary>A sum of a ledger that is kept otherwise than the ledger has it.</summary>
internal sealed record WrongSum(string Table, Guid Id, string Field, decimal Kept, decimal Counted);

/// <summary>What a node's own count came to.</summary>
internal sealed record OwnCountResult(long Checksums, IReadOnlyList<WrongChecksum> WrongChecksums, long Sums, IReadOnlyList<WrongSum> WrongSums);

/// <summary>Counts everything that the node keeps the sum of from the rows alone, as they stand at one moment. Reads every row there is.</summary>
internal sealed class OwnCount(SqliteStore store)
{
    // A list that nobody reads to its end.
    private const int MostWrong = 1000;

    private readonly string[] _tables = StoredSums.Tables(store.Schema);

    public async Task<OwnCountResult> CountAsync(CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        var database = lease.Database;
        database.Prepare("BEGIN").Run();
        try
        {
            var counted = StoredSums.Count(database, store.Layouts.Values);
            var (sums, wrongSums) = CountLedgers(database);
            return new OwnCountResult(counted.Count, [.. WrongChecksums(database, counted).Take(MostWrong)], sums, wrongSums);
        }
        finally
        {
            database.Prepare("COMMIT").Run();
        }
    }

    private IEnumerable<WrongChecksum> WrongChecksums(Database database, Dictionary<(string Scope, string Table), ulong> counted) =>
        from scope in Scopes(database).Concat(counted.Keys.Select(key => key.Scope)).Distinct(StringComparer.Ordinal).ToArray()
        let kept = StoredSums.Read(database, _tables, scope)
        from table in _tables.Index()
        let sum = counted.GetValueOrDefault((scope, table.Item))
        where kept[table.Index] != sum
        select new WrongChecksum(scope, table.Item, kept[table.Index], sum);

    private static List<string> Scopes(Database database)
    {
        var statement = database.Prepare("SELECT DISTINCT name FROM _sums JOIN _scopes ON _scopes.id = _sums.scope");
        var scopes = new List<string>();
        while (statement.Step())
        {
            scopes.Add(statement.Text(0));
        }

        statement.Reset();
        return scopes;
    }

    private (long Count, IReadOnlyList<WrongSum> Wrong) CountLedgers(Database database)
    {
        var ledgers = new LedgerSql(database);
        var (count, wrong) = (0L, new List<WrongSum>());
        foreach (var layout in store.Layouts.Values)
        {
            foreach (var field in layout.Table.Fields.Values.Where(field => field.Sum is not null))
            {
                foreach (var row in Rows(database, layout))
                {
                    count++;
                    var kept = row.Fields.GetValueOrDefault(field.Name).AsDecimal ?? 0;
                    var counted = ledgers.Recount(store.Layouts[field.Sum!.Ledger], field.Sum, row.Id, row.Fields);
                    if (kept != counted && wrong.Count < MostWrong)
                    {
                        wrong.Add(new WrongSum(layout.Table.Name, row.Id, field.Name, kept, counted));
                    }
                }
            }
        }

        return (count, wrong);
    }

    private static IEnumerable<StoredRow> Rows(Database database, TableLayout layout)
    {
        using var statement = database.PrepareOnce($"{layout.SelectAll} WHERE _deleted IS NULL");
        while (statement.Step())
        {
            yield return RowSql.ReadStored(statement, layout);
        }
    }
}
