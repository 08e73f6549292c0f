using Branchline.Protocol;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Mutations.Branches;

/// <summary>
/// Writes down what the masters of this node are to be told, in the transaction of its effects. The commit loop's thread only. A node without a master
/// writes nothing.
/// </summary>
internal sealed class UpBook(SqliteStore store, TimeProvider time)
{
    private readonly UpTable _table = new(store);
    private readonly Lanes _lanes = new(store.Schema);
    private string[] _masters = MasterTable.Names(store.Writer);

    /// <summary>What waits.</summary>
    public UpTable Table => _table;

    /// <summary>A master more, in the transaction that makes it one. What is written down for one that was taken back nobody asks for.</summary>
    public void Follow(string master) => _masters = [.. _masters.Append(master).Distinct()];

    /// <summary>Reads again which masters this node follows; in the transaction that changed it, or after one that was taken back.</summary>
    public void ReadMasters() => _masters = MasterTable.Names(store.Writer);

    /// <summary>Whether what waits for any master is about the row.</summary>
    public bool IsWaiting(string table, Guid row) => Array.Exists(_masters, master => _table.IsWaiting(master, table, row));

    /// <summary>
    /// The mutation as it had effect: a master is not told of values that lost here already. <paramref name="known"/> is the number up to which its
    /// device knew this node's log.
    /// </summary>
    public void Take(MutationPlan plan, Mutation mutation, long known)
    {
        if (_masters.Length == 0)
        {
            return;
        }

        RowWrite[] writes = [.. mutation.Writes.Select(write => Effective(plan, write)).OfType<RowWrite>()];
        if (writes.Length == 0)
        {
            return;
        }

        var effective = mutation with { At = plan.At, Base = null, Writes = writes };
        var entry = new UpEntry(0, known, new ForwardedMutation(effective, plan.Writer.UserId, plan.Writer.Role));
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        var about = MutationRows.All(store.Schema, effective).Distinct().ToArray();
        foreach (var master in _masters.Where(master => master != plan.Origin))
        {
            var lane = Lanes.First(_table.LanesOf(master, about).Append(_lanes.Of(effective)));
            _table.Draw(master, lane, about);
            _table.Add(master, lane, at, entry, MutationRows.Written(effective).Distinct());
        }
    }

    private static RowWrite? Effective(MutationPlan plan, RowWrite write)
    {
        if (write.Kind != WriteKind.Update && plan.FindPlanned(write.Table, write.Id) is not { IsNew: false })
        {
            return write;
        }

        if (write.Kind == WriteKind.Delete)
        {
            return plan.FindPlanned(write.Table, write.Id) is { IsDeleted: true } ? write : null;
        }

        // An insert that met a row is an update here and at the master, too.
        var row = plan.FindPlanned(write.Table, write.Id);
        var won = write.Fields.Where(field => row?.Stamped.Contains(field.Key) == true).ToDictionary(StringComparer.Ordinal);
        return won.Count > 0 ? write with { Fields = won } : null;
    }
}
