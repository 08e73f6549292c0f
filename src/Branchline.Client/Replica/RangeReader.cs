using Branchline.Client.Store;
using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Client.Replica;

/// <summary>Ids after one up to another; null is without end.</summary>
internal readonly record struct IdRange(string Table, Guid? After, Guid? To);

/// <summary>What the confirmed rows of a scope come to, as they lie in the file: all of them, or those of a range.</summary>
internal sealed class RangeReader(StoreFile store, NameNumbers tables)
{
    // The node's own limit.
    private const int MostRows = 500;

    private const int OwnParts = 16;

    /// <summary>The tables whose rows may be in the scope.</summary>
    public static IEnumerable<string> TablesOf(BusinessSchema schema, ScopeState scope)
    {
        var kind = scope.Name.Split(':')[0];
        return schema.Tables.Values.Where(table => table.Scope.Kind == kind).Select(table => table.Name);
    }

    /// <summary>The checksum of the whole scope. Reads every row of it.</summary>
    public ValueTask<ulong> SumAsync(BusinessSchema schema, ScopeState scope, CancellationToken cancellationToken) => store.ReadAsync(
        database =>
        {
            var sums = new RowSums(schema);
            var total = 0UL;
            foreach (var row in TablesOf(schema, scope).SelectMany(table => Read(database, scope, new IdRange(table, null, null), sums)))
            {
                // A client that is closed does not wait for its count.
                cancellationToken.ThrowIfCancellationRequested();
                total = unchecked(total + row.Sum);
            }

            return total;
        },
        cancellationToken);

    /// <summary>A range to be compared; with the checksum of each row where <paramref name="withRows"/> says so and there are not too many.</summary>
    public ValueTask<CompareRange> RangeAsync(
        BusinessSchema schema, ScopeState scope, IdRange range, bool withRows, CancellationToken cancellationToken) => store.ReadAsync(
        database =>
        {
            var (sum, rows) = (0UL, new List<(Guid Id, ulong Sum)>());
            foreach (var row in Read(database, scope, range, new RowSums(schema)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                sum = unchecked(sum + row.Sum);
                if (withRows && rows.Count <= MostRows)
                {
                    rows.Add(row);
                }
            }

            var each = withRows && rows.Count <= MostRows ? rows.ToDictionary(row => row.Id, row => RowChecksum.Format(row.Sum)) : null;
            return new CompareRange(range.Table, range.After, range.To, RowChecksum.Format(sum), each);
        },
        cancellationToken);

    /// <summary>Ids that divide the range evenly, where this device has many rows and the node few.</summary>
    public ValueTask<List<Guid>> SplitsAsync(ScopeState scope, IdRange range, CancellationToken cancellationToken) => store.ReadAsync(
        database =>
        {
            var ids = tables.Find(range.Table) is { } table ? RowTable.Ids(database, (table, scope.No), range) : [];
            var part = ((ids.Count - 1) / OwnParts) + 1;
            return ids.Where((id, index) => index % part == part - 1 && id != range.To).ToList();
        },
        cancellationToken);

    private IEnumerable<(Guid Id, ulong Sum)> Read(Database database, ScopeState scope, IdRange range, RowSums sums) =>
        tables.Find(range.Table) is { } table ? RowTable.Sums(database, (table, scope.No), range, sums) : [];
}
