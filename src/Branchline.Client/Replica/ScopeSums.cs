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

    /// <summary>Notes what a page does to the sums; nothing where none is known. On the store's writer's thread.</summary>
    public SumSteps Begin() => new(_sums.IsEmpty ? null : _rows);

    /// <summary>The page is committed.</summary>
    public void Add(SumSteps steps)
    {
        foreach (var (scope, step) in steps.Taken)
        {
            if (_sums.TryGetValue(scope, out var sum))
            {
                Keep(scope, unchecked(sum + step));
            }
        }
    }
}

/// <summary>What one transaction adds to each scope's sum: the rows it puts, less those whose place they take.</summary>
internal sealed class SumSteps(RowSums? rows)
{
    private readonly Dictionary<int, ulong> _taken = [];

    public IReadOnlyDictionary<int, ulong> Taken => _taken;

    /// <summary>The row as it lies in the file is about to go, or to become another. Before its fields are touched.</summary>
    public void Off(RowKey key, StoredRow? row)
    {
        if (rows is not null && row?.Scope is { } scope)
        {
            _taken[scope] = unchecked(_taken.GetValueOrDefault(scope) - rows.Of(key, row.Fields));
        }
    }

    public void On(RowKey key, StoredRow row)
    {
        if (rows is not null && row.Scope is { } scope)
        {
            _taken[scope] = unchecked(_taken.GetValueOrDefault(scope) + rows.Of(key, row.Fields));
        }
    }
}
