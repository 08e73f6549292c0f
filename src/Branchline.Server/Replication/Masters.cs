using System.Collections.Immutable;
using Branchline.Server.Mutations;
using Branchline.Server.Mutations.Branches;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Replication;

/// <summary>The masters this node follows, as the database has them. What is kept of one is written by its rounds, by joining and by leaving.</summary>
internal sealed class Masters(SqliteStore store, UpBook up, MutationPipeline pipeline)
{
    private readonly Lock _changing = new();
    private volatile ImmutableArrayBox _all = new(Read(store));

    /// <summary>Raised when one came or went.</summary>
    public event Action? Changed;

    /// <summary>All of them, by name.</summary>
    public ImmutableArray<MasterState> All => _all.Value;

    public MasterState? Find(string name) => All.FirstOrDefault(master => master.Name == name);

    /// <summary>Takes changes over and writes what is kept of the master from then on, in one transaction; answers it.</summary>
    public async Task<MasterState> TakeOverAsync(ReplicatedBatch batch, MasterState next, CancellationToken cancellationToken)
    {
        await pipeline.TakeOverAsync(
            batch with
            {
                After = head =>
                {
                    batch.After?.Invoke(head);
                    MasterTable.Save(store.Writer, new FollowedMaster(next.Name, next.TakesRows), next.ToJson());
                    if (next.Known > 0)
                    {
                        MasterTable.Mark(store.Writer, next.Name, head, next.Known);
                    }
                },
            },
            cancellationToken);
        Set(next);
        return next;
    }

    /// <summary>Writes what is kept of a master.</summary>
    public Task<MasterState> SaveAsync(MasterState next, CancellationToken cancellationToken) =>
        TakeOverAsync(new ReplicatedBatch(next.Name, []), next, cancellationToken);

    /// <summary>Something goes up over the line: what was read for a file that was exported before is older than what this node then has.</summary>
    public async Task OvertakeFilesAsync(string name, CancellationToken cancellationToken)
    {
        if (Find(name) is { } master && master.Exported > master.Overtaken)
        {
            await SaveAsync(master with { Overtaken = master.Exported }, cancellationToken);
        }
    }

    /// <summary>
    /// Follows another master from now on. Only who takes rows may be followed by a node that has some: they are offered. Throws
    /// <see cref="NotEmptyException"/>.
    /// </summary>
    public async Task AddAsync(MasterState master, CancellationToken cancellationToken)
    {
        // From the same transaction on it is told what happens here: nothing falls between.
        var isRefused = false;
        var first = new ReplicatedBatch(master.Name, [])
        {
            Before = () =>
            {
                isRefused = !master.TakesRows && MasterTable.HasRows(store.Writer, store.Layouts.Values);
                _ = isRefused ? throw new NotEmptyException() : 0;
            },
        };
        try
        {
            await AddAsync(first, master, cancellationToken);
        }
        catch (InvalidOperationException) when (isRefused)
        {
            throw new NotEmptyException();
        }

        Changed?.Invoke();
    }

    private async Task AddAsync(ReplicatedBatch first, MasterState master, CancellationToken cancellationToken)
    {
        await pipeline.TakeOverAsync(
            first with
            {
                After = _ =>
                {
                    MasterTable.Save(store.Writer, new FollowedMaster(master.Name, master.TakesRows), master.ToJson());
                    up.ReadMasters();
                    foreach (var lane in master.TakesRows ? Lanes.InOrder : [])
                    {
                        up.OfferAll(master.Name, lane);
                    }
                },
            },
            cancellationToken);
        Set(master);
    }

    /// <summary>Follows it no longer. What came from it stays; what waited for it does not.</summary>
    public async Task RemoveAsync(MasterState master, CancellationToken cancellationToken)
    {
        await pipeline.TakeOverAsync(
            new ReplicatedBatch(master.Name, [])
            {
                After = _ =>
                {
                    MasterTable.Delete(store.Writer, master.Name);
                    up.Table.Forget(master.Name);
                    up.Offers.Forget(master.Name);
                    up.ReadMasters();
                },
            },
            cancellationToken);
        Change(all => all.RemoveAll(other => other.Name == master.Name));
        Changed?.Invoke();
    }

    private void Set(MasterState next) =>
        Change(all => [.. all.RemoveAll(other => other.Name == next.Name).Add(next).OrderBy(master => master.Name, StringComparer.Ordinal)]);

    // Rounds with several masters end at the same moment.
    private void Change(Func<ImmutableArray<MasterState>, ImmutableArray<MasterState>> change)
    {
        using var held = _changing.EnterScope();
        _all = new(change(_all.Value));
    }

    private static ImmutableArray<MasterState> Read(SqliteStore store) =>
        [.. MasterTable.ReadAll(store.Writer).Select(json => MasterState.Parse(json))];

    private sealed record ImmutableArrayBox(ImmutableArray<MasterState> Value);
}

/// <summary>A node that joins a master has rows by now.</summary>
internal sealed class NotEmptyException() : Exception("The node has rows of its own");
