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
    private readonly OfferTable _offers = new(store);
    private readonly LastWordTables _words = new(store);
    private readonly Lanes _lanes = new(store.Schema);
    private FollowedMaster[] _masters = MasterTable.Followed(store.Writer);

    /// <summary>Mutations that wait.</summary>
    public UpTable Table => _table;

    /// <summary>Rows that wait.</summary>
    public OfferTable Offers => _offers;

    /// <summary>Whether a master has the last word on what happens here. Any thread.</summary>
    public bool HasJudge => Array.Exists(_masters, master => !master.TakesRows);

    /// <summary>Reads again which masters this node follows; in the transaction that changed it, or after one that was taken back.</summary>
    public void ReadMasters() => _masters = MasterTable.Followed(store.Writer);

    /// <summary>Whether something of the row waits for the master.</summary>
    public bool IsWaiting(string master, string table, Guid row) => _table.IsWaiting(master, table, row) || _offers.IsWaiting(master, table, row);

    /// <summary>Whether anything at all waits for any master: cheaper than to ask for each of many rows.</summary>
    public bool IsAnythingWaiting => _table.HasRows || _offers.HasRows;

    /// <summary>
    /// The rows of a plan that came from another node, which knows them: all others that this node follows are to be offered them as they stand.
    /// </summary>
    public void Offer(MutationPlan plan)
    {
        var others = Array.FindAll(_masters, master => master.Name != plan.Origin);
        if (others.Length > 0)
        {
            Offer(plan, others);
        }
    }

    /// <summary>Everything this node has in a lane is offered to the master.</summary>
    public void OfferAll(string master, string lane)
    {
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var table in _lanes.Tables(lane))
        {
            _offers.AddAll(master, lane, at, store.Layouts[table]);
        }
    }

    /// <summary>What the master did not take waits once more.</summary>
    public void ReopenHeld(string master)
    {
        _table.Reopen(master, UpState.Held);
        _offers.Reopen(master);
    }

    /// <summary>
    /// The mutation as it had effect: a master is not told of values that lost here already. <paramref name="known"/> is the number up to which its
    /// device knew this node's log.
    /// </summary>
    public void Take(MutationPlan plan, Mutation mutation, long known)
    {
        var others = Array.FindAll(_masters, master => master.Name != plan.Origin);
        if (others.Length == 0)
        {
            return;
        }

        Offer(plan, Array.FindAll(others, master => master.TakesRows));
        RowWrite[] writes = [.. mutation.Writes.Select(write => Effective(plan, write)).OfType<RowWrite>()];
        if (writes.Length == 0)
        {
            return;
        }

        if (plan.Origin is { } via)
        {
            _words.CameBy(mutation.Device.Value, via);
        }

        var effective = mutation with { At = plan.At, Base = null, Writes = writes };
        var entry = new UpEntry(0, known, new ForwardedMutation(effective, plan.Writer.UserId, plan.Writer.Role)) { Via = plan.Origin };
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        var about = MutationRows.All(store.Schema, effective).Distinct().ToArray();
        foreach (var master in others.Where(master => !master.TakesRows).Select(master => master.Name))
        {
            string[] lanes = [.. _table.LanesOf(master, about)];
            var lane = Lanes.First(lanes.Append(_lanes.Of(effective)));
            if (Array.Exists(lanes, other => other != lane))
            {
                _table.Draw(master, lane, about, drawn => MutationRows.All(store.Schema, drawn));
            }

            // Only what came from equals is offered to a master that judges.
            if (Array.Exists(_masters, other => other.TakesRows))
            {
                _offers.Draw(master, lane, about);
            }

            _table.Add(master, lane, at, entry, MutationRows.Written(effective).Distinct());
        }
    }

    /// <summary>A mutation that is known came by a branch once more, which is told from now on what becomes of it.</summary>
    public void TakeAgain(Mutation mutation, string via)
    {
        if (HasJudge)
        {
            _words.CameAgain(mutation.Device.Value, mutation.N, via);
        }
    }

    private void Offer(MutationPlan plan, FollowedMaster[] masters)
    {
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var master in masters)
        {
            foreach (var row in plan.Rows.Where(IsNews))
            {
                _offers.Add(master.Name, _lanes.Of(row.Table.Name), at, (row.Table.Name, row.After.Id));
            }
        }
    }

    // Sums do not travel: each node counts its own ledgers.
    private static bool IsNews(PlannedRow row) =>
        !row.IsLeaving && (row.IsNew || row.IsDeleted || row.IsRestored || row.Stamped.Concat(row.Changed).Any(field => row.Table.Fields.GetValueOrDefault(field)?.Sum is null));

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
