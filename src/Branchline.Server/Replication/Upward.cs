using Branchline.Protocol;
using Branchline.Server.Mutations;
using Branchline.Server.Mutations.Branches;
using Branchline.Server.Replication.Pace;
using Branchline.Server.Store.Sqlite;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Replication;

/// <summary>
/// Brings a lane's mutations to a master, oldest first, and takes its answers, which are final: what it refused is taken back here and kept in the tray
/// with its reason, and what it merged otherwise is taken over as it has it.
/// </summary>
internal sealed class Upward(
    SqliteStore store, UpBook up, LastWords words, MutationPipeline pipeline, Masters masters, MasterLine line, LanePace pace, IOptions<ReplicationOptions> options, TimeProvider time)
{
    private static readonly HashSet<long> NoPlaces = [];

    /// <summary>
    /// Pushes what waits in a lane, one push after the other: while the master judges one, the answer to that before it is taken over here and the one
    /// after it is read. The epoch that the master answered with, or null when nothing waits or none may pass.
    /// </summary>
    public async Task<string?> PushAsync(MasterState master, string lane, RoundReport report, CancellationToken cancellationToken)
    {
        string? epoch = null;
        var room = pace.Room(master.Name, lane, options.Value.PushCount);
        var (push, judged) = (await NextAsync(master, lane, (0, room, NoPlaces), cancellationToken), Judged.Nothing);
        while (push.Entries.Count > 0)
        {
            var (reply, next) = await PushAsync(master, lane, (push, judged), report, cancellationToken);
            judged = Judged.Nothing;

            // Nothing is settled by a master that was put back: it gets everything again.
            if (master.Epoch is { } known && reply.Epoch != known)
            {
                return reply.Epoch;
            }

            if (reply.Outcomes.Count == 0)
            {
                throw new MasterException(ErrorCodes.Internal, $"The master failed on mutation {push.Entries[0].Forwarded.Mutation.Id}; its log has the cause");
            }

            (epoch, judged) = (reply.Epoch, new Judged([.. push.Entries.Zip(reply.Outcomes)], reply));
            pace.Spend(master.Name, lane, judged.Entries.Count);

            // What was not answered goes again, before anything behind it; and whoever meets a master first notes whose life this is.
            if (master.Epoch is null || reply.Outcomes.Count < push.Entries.Count)
            {
                break;
            }

            push = next;
        }

        await SettleAsync(master, judged, report, cancellationToken);
        return epoch;
    }

    private async Task<(BranchPushReply Reply, UpPush Next)> PushAsync(
        MasterState master, string lane, (UpPush Push, Judged Before) on, RoundReport report, CancellationToken cancellationToken)
    {
        var reply = line.PushAsync(master, on.Push.Request, options.Value.Timeout, cancellationToken);
        try
        {
            await SettleAsync(master, on.Before, report, cancellationToken);

            // From the beginning: what was drawn into this lane meanwhile goes before what builds on it.
            var onTheWay = on.Push.Entries.Select(entry => entry.Place).ToHashSet();
            var next = pace.HasRate(lane) ? UpPush.Nothing : await NextAsync(master, lane, (0, options.Value.PushCount, onTheWay), cancellationToken);
            return (await reply, next);
        }
        finally
        {
            // The line is free again, whatever became of it.
            await reply.ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private async Task SettleAsync(MasterState master, Judged judged, RoundReport report, CancellationToken cancellationToken)
    {
        if (judged.Entries.Count > 0)
        {
            // Before anything of it counts here: what a file says that was exported earlier is older than this.
            await masters.OvertakeFilesAsync(master.Name, cancellationToken);
            await SettleAsync(master, judged, await AskForRowsAsync(master, judged.Entries, cancellationToken), report, cancellationToken);
        }
    }

    /// <summary>The next stretch of what waits in a lane after a place, as it is sent; an empty one at the end.</summary>
    public Task<UpPush> NextAsync(MasterState master, string lane, long after, CancellationToken cancellationToken) =>
        NextAsync(master, lane, (after, options.Value.PushCount, NoPlaces), cancellationToken);

    private async Task<UpPush> NextAsync(MasterState master, string lane, (long After, int Most, HashSet<long> Except) stretch, CancellationToken cancellationToken)
    {
        var entries = await NextAsync(master.Name, lane, stretch, cancellationToken);
        var known = await KnownAsync(master, entries, cancellationToken);
        var mutations = entries.Select((entry, index) => entry.Forwarded with { Mutation = entry.Forwarded.Mutation with { Base = known[index] } });
        return new UpPush(entries, new BranchPushRequest([.. mutations]) { Epoch = master.Epoch });
    }

    /// <summary>The outcomes that the master would give to what waits in a lane; nothing of it stays there.</summary>
    public async Task<IReadOnlyList<(UpEntry Entry, MutationOutcome Outcome)>> RehearseAsync(MasterState master, string lane, CancellationToken cancellationToken)
    {
        var entries = await NextAsync(master.Name, lane, (0, options.Value.PushCount, NoPlaces), cancellationToken);
        if (entries.Count == 0)
        {
            return [];
        }

        var reply = await line.PushAsync(master, new BranchPushRequest([.. entries.Select(entry => entry.Forwarded)], DryRun: true), options.Value.Timeout, cancellationToken);
        return [.. entries.Zip(reply.Outcomes)];
    }

    /// <summary>Takes outcomes over, and with them the rows that stand otherwise at the master.</summary>
    public async Task SettleAsync(
        MasterState master, Judged judged, IReadOnlyList<BranchChange> rows, RoundReport report, CancellationToken cancellationToken)
    {
        var spoken = judged.Entries.Select(one => one.Entry.Forwarded.Mutation.Device.Value).ToHashSet(StringComparer.Ordinal);
        await pipeline.TakeOverAsync(
            new ReplicatedBatch(master.Name, rows)
            {
                Before = () => spoken.UnionWith(Write(master, judged)),
                After = head => up.Table.Trim(options.Value.KeepSent),
            },
            cancellationToken);
        report.Count(judged.Entries.Select(one => one.Outcome));
        words.Speak(spoken);
    }

    private async Task<IReadOnlyList<BranchChange>> AskForRowsAsync(
        MasterState master, IReadOnlyList<(UpEntry Entry, MutationOutcome Outcome)> settled, CancellationToken cancellationToken)
    {
        var otherwise = settled.Where(one => IsOtherwise(one.Outcome)).SelectMany(one => MutationRows.Written(one.Entry.Forwarded.Mutation)).Distinct().ToArray();
        var rows = new List<BranchChange>();
        foreach (var chunk in otherwise.Chunk(500))
        {
            var wanted = chunk.GroupBy(row => row.Table).ToDictionary(group => group.Key, IReadOnlyList<Guid> (group) => [.. group.Select(row => row.Row)]);
            rows.AddRange((await line.RowsAsync(master, new BranchRowsRequest(wanted), options.Value.Timeout, cancellationToken)).Changes);
        }

        return rows;
    }

    // In the transaction that takes over what became of them; devices of which the master says otherwise than before.
    private IReadOnlyCollection<string> Write(MasterState master, Judged judged)
    {
        foreach (var (entry, outcome) in judged.Entries)
        {
            if (IsUnknown(outcome))
            {
                up.Table.Settle(entry.Place, UpState.Held);
                continue;
            }

            if (outcome is MutationOutcome.Rejected rejected)
            {
                up.Table.Remove(entry.Place);
                words.Refuse(new LateRefusal(entry.Forwarded, rejected with { Reason = $"Head office refused it: {rejected.Reason}" }, time.GetUtcNow()), entry.Via);
                continue;
            }

            up.Table.Settle(entry.Place, UpState.Confirmed);
        }

        return judged.Reply is { } reply ? words.Await(master.Name, reply.Waiting) : [];
    }

    /// <summary>Whether rows may stand otherwise at the master than here.</summary>
    public static bool IsOtherwise(MutationOutcome outcome) =>
        outcome is MutationOutcome.Merged || outcome.Restamped is not null || (outcome is MutationOutcome.Rejected && !IsUnknown(outcome));

    // The master's schema is older than this node's, or it failed on the mutation and keeps it for a person: neither is a judgement on what happened here.
    private static bool IsUnknown(MutationOutcome outcome) =>
        outcome is MutationOutcome.Rejected { Code: ErrorCodes.UnknownTable or ErrorCodes.UnknownField or ErrorCodes.Parked };

    private async Task<IReadOnlyList<UpEntry>> NextAsync(string master, string lane, (long After, int Most, HashSet<long> Except) stretch, CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        var entries = UpTable.Next(lease.Database, master, lane, stretch.Most, (stretch.After, stretch.Except));
        var (count, bytes) = (0, 0L);
        while (count < entries.Count && (count == 0 || bytes < options.Value.PushBytes))
        {
            bytes += entries[count].Bytes;
            count++;
        }

        return count == entries.Count ? entries : [.. entries.Take(count)];
    }

    /// <summary>For each, how far its device knew the master's log through this node's.</summary>
    private async Task<Cursor?[]> KnownAsync(MasterState master, IReadOnlyList<UpEntry> entries, CancellationToken cancellationToken)
    {
        if (master.Epoch is not { } epoch)
        {
            return new Cursor?[entries.Count];
        }

        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        var known = new Dictionary<long, Cursor?>();
        return [.. entries.Select(entry => known.TryGetValue(entry.Known, out var cursor)
            ? cursor
            : known[entry.Known] = new Cursor(epoch, MasterTable.Known(lease.Database, master.Name, entry.Known)))];
    }
}

/// <summary>A stretch of what waits, and the push that brings it to the master.</summary>
internal sealed record UpPush(IReadOnlyList<UpEntry> Entries, BranchPushRequest Request)
{
    public static UpPush Nothing { get; } = new([], new BranchPushRequest([]));
}

/// <summary>What the master said of a push; without the reply when it came by a file, whose pages say what waits further up.</summary>
internal sealed record Judged(IReadOnlyList<(UpEntry Entry, MutationOutcome Outcome)> Entries, BranchPushReply? Reply = null)
{
    public static Judged Nothing { get; } = new([]);
}
