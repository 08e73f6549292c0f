using System.Collections.Immutable;
using Branchline.Protocol.Schema;

namespace Branchline.Client.Replica;

/// <summary>
/// The checksum of each scope's confirmed rows. A scope's is counted from the file when it is first asked for, and kept up with every page
/// from then on. It is not in the file: there it would say what was once written, not what lies there.
/// </summary>
internal sealed class ScopeSums(BusinessSchema? schema)
{
    private readonly RowSums? _rows = schema is null ? null : new RowSums(schema);

    // Written after a commit, and by the sync loop while it writes nothing; read by the sync loop and by the store's writer.
    private volatile ImmutableDictionary<int, ulong> _sums = ImmutableDictionary<int, ulong>.Empty;

    public ulong? Of(int scope) => _sums.TryGetValue(scope, out var sum) ? sum : null;

    public void Keep(int scope, ulong counted) => _sums = _sums.SetItem(scope, counted);

    /// <summary>More was written than is kept up one by one; counted anew when it is asked for.</summary>
    public void Forget() => _sums = _sums.Clear();

    /// <summary>Notes what a page does to the sums that are known. On the store's writer's thread.</summary>
    public SumSteps Begin() => new(_rows, _sums);

    /// <summary>The page is committed.</summary>
    public void Add(SumSteps steps) => _sums = _sums.SetItems(steps.After);
}

/// <summary>What one transaction makes of the known sums: it adds the rows that it puts, and takes off those whose place they take.</summary>
internal sealed class SumSteps(RowSums? rows, ImmutableDictionary<int, ulong> before)
{
    private readonly Dictionary<int, ulong> _after = [];

    public IReadOnlyDictionary<int, ulong> After => _after;

    /// <summary>The row as it lies in the file is about to go, or to become another. Before its fields are touched.</summary>
    public void Off(RowKey key, StoredRow? row)
    {
        if (row is not null && Find(row.Scope) is { } sum)
        {
            _after[row.Scope!.Value] = unchecked(sum - rows!.Of(key, row.Fields));
        }
    }

    public void On(RowKey key, StoredRow row)
    {
        if (Find(row.Scope) is { } sum)
        {
            _after[row.Scope!.Value] = unchecked(sum + rows!.Of(key, row.Fields));
        }
    }

    private ulong? Find(int? scope)
    {
        if (scope is not { } number || rows is null)
        {
            return null;
        }

        return _after.TryGetValue(number, out var after) || before.TryGetValue(number, out after) ? after : null;
    }
}
