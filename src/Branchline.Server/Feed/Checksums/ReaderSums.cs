using System.Collections.Concurrent;
using Branchline.Protocol;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Feed.Checksums;

/// <summary>The checksum of a scope as a reader of a role is told it: of the tables that the role may read.</summary>
internal sealed class ReaderSums(SqliteStore store)
{
    private readonly string[] _tables = StoredSums.Tables(store.Schema);
    private readonly ConcurrentDictionary<string, int[]> _readable = new(StringComparer.Ordinal);

    public string Of(TableSums sums, string role)
    {
        var total = 0UL;
        foreach (var table in _readable.GetOrAdd(role, Readable))
        {
            total = unchecked(total + sums[table]);
        }

        return RowChecksum.Format(total);
    }

    /// <summary>As committed, in the transaction that the connection has open.</summary>
    public string Read(Database database, string scope, string role) => Of(StoredSums.Read(database, _tables, scope), role);

    private int[] Readable(string role) =>
        [.. _tables.Index().Where(table => store.Schema.Tables[table.Item].Access.Read.Contains(role)).Select(table => table.Index)];
}
