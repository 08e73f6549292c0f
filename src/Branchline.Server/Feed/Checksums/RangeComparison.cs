using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Feed.Checksums;

/// <summary>
/// Finds where a replica differs from the node, from whole tables down to rows, so that only what differs travels. A table that is the same is told by
/// its kept sum; only ranges that are divided are read.
/// </summary>
internal sealed class RangeComparison(SqliteStore store, ReaderEpochs epochs)
{
    /// <summary>A range of so few rows is not divided: the reader sends a checksum for each.</summary>
    public const int FewRows = 128;

    private readonly string[] _tables = StoredSums.Tables(store.Schema);

    public async Task<CompareReply> CompareAsync(CompareRequest request, string role, CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        var database = lease.Database;
        database.Prepare("BEGIN").Run();
        try
        {
            var head = database.Number("SELECT CAST(value AS INTEGER) FROM _meta WHERE key = 'head'");
            var sums = StoredSums.Read(database, _tables, request.Scope);
            var ranges =
                from range in request.Ranges
                let table = store.Schema.Tables.GetValueOrDefault(range.Table)
                where table is not null && table.Access.Read.Contains(role) && RowScope.Covers(table.Scope, request.Scope)
                select Compare(new RangeRows(database, store.Layouts[range.Table], request.Scope, range), sums);
            return new CompareReply(request.Scope, new Cursor(epochs.Of(request.Scope, role), head), [.. ranges]);
        }
        finally
        {
            database.Prepare("COMMIT").Run();
        }
    }

    private ComparedRange Compare(RangeRows rows, TableSums sums)
    {
        var range = rows.Range;
        var compared = new ComparedRange(range.Table, range.After, range.To, false);
        if (range.Rows is not null)
        {
            return Differences(compared, rows);
        }

        var sum = rows.IsWholeTable ? sums[Array.BinarySearch(_tables, range.Table, StringComparer.Ordinal)] : rows.Sum();
        if (RowChecksum.Format(sum) == range.Checksum)
        {
            return compared with { Same = true };
        }

        var (count, splits) = rows.Divide();
        return compared with { Count = count, Splits = count > FewRows ? splits : null };
    }

    private static ComparedRange Differences(ComparedRange compared, RangeRows rows)
    {
        var known = rows.Range.Rows!;
        var met = new HashSet<Guid>();
        List<IReadOnlyList<FieldValue>> other = [];
        foreach (var (row, sum) in rows.Read())
        {
            met.Add(row.Id);
            if (known.GetValueOrDefault(row.Id) != RowChecksum.Format(sum))
            {
                other.Add([FieldValue.Of(row.Id.ToString()), .. rows.Layout.ColumnNames.Select(name => row.Fields[name])]);
            }
        }

        Guid[] gone = [.. known.Keys.Where(id => !met.Contains(id))];
        return compared with
        {
            Same = other.Count == 0 && gone.Length == 0,
            Count = met.Count,
            Part = other.Count == 0 ? null : new SnapshotPart(compared.Table, ["id", .. rows.Layout.ColumnNames], other),
            Gone = gone.Length == 0 ? null : gone,
        };
    }
}
