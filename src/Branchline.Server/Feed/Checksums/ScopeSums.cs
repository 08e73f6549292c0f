using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Feed.Checksums;

/// <summary>
/// The rolling checksums, kept by the writer in the transaction of the changes that they are of. The commit loop's thread only.
/// </summary>
internal sealed class ScopeSums(SqliteStore store)
{
    // Users' scopes come and go; what is not here is in the table.
    private const int MostScopes = 10_000;

    private readonly string[] _tables = StoredSums.Tables(store.Schema);
    private readonly Dictionary<string, TableSums> _committed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TableSums> _touched = new(StringComparer.Ordinal);

    /// <summary>Adds what the changes of this commit add, writes it, and answers with the sums of every scope they are in.</summary>
    public IReadOnlyDictionary<string, TableSums> Add(IReadOnlyList<CommittedChange> changes)
    {
        foreach (var scope in changes.GroupBy(change => change.Scope, StringComparer.Ordinal))
        {
            var sums = Committed(scope.Key).Copy();
            foreach (var table in scope.GroupBy(change => change.Table.Name, StringComparer.Ordinal))
            {
                var place = Array.BinarySearch(_tables, table.Key, StringComparer.Ordinal);
                sums[place] = table.Aggregate(sums[place], (sum, change) => unchecked(sum + change.Sum));
                StoredSums.Save(store.Writer, scope.Key, table.Key, sums[place]);
            }

            _touched[scope.Key] = new TableSums(sums);
        }

        return new Dictionary<string, TableSums>(_touched, StringComparer.Ordinal);
    }

    public void Commit()
    {
        if (_committed.Count > MostScopes)
        {
            _committed.Clear();
        }

        foreach (var (scope, sums) in _touched)
        {
            _committed[scope] = sums;
        }

        _touched.Clear();
    }

    public void RollBack() => _touched.Clear();

    /// <summary>
    /// Puts wrong sums right, in a piece of upkeep: what was missing when they were counted is missing still, whatever was written since.
    /// </summary>
    public void Correct(IReadOnlyList<WrongChecksum> wrong)
    {
        foreach (var one in wrong)
        {
            var kept = StoredSums.Read(store.Writer, _tables, one.Scope)[Array.BinarySearch(_tables, one.Table, StringComparer.Ordinal)];
            StoredSums.Save(store.Writer, one.Scope, one.Table, unchecked(kept + one.Counted - one.Kept));
        }

        // Read again when they are needed, whether this is committed or not.
        _committed.Clear();
    }

    private TableSums Committed(string scope) =>
        _committed.TryGetValue(scope, out var sums) ? sums : _committed[scope] = StoredSums.Read(store.Writer, _tables, scope);
}
