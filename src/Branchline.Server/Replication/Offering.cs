using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Feed.Branches;
using Branchline.Server.Mutations;
using Branchline.Server.Mutations.Branches;
using Branchline.Server.Replication.Pace;
using Branchline.Server.Store.Sqlite;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Replication;

/// <summary>Offers a lane's rows to an equal, or to a master what came from an equal: as they stand when they are sent, so that a row that changed ten times goes once.</summary>
internal sealed class Offering(SqliteStore store, UpBook up, BranchFeed feed, MutationPipeline pipeline, Masters masters, MasterLine line, LanePace pace, IOptions<ReplicationOptions> options)
{
    /// <summary>One push; the epoch that the other node answered with, or null when no row waits.</summary>
    public async Task<string?> PushAsync(MasterState master, string lane, RoundReport report, CancellationToken cancellationToken)
    {
        var offers = await NextAsync(master.Name, lane, cancellationToken);
        if (offers.Count == 0)
        {
            return null;
        }

        // Gone, or in a scope that the other node does not share with this one: nothing to offer.
        var rows = await feed.ReadAsync([.. offers.Select(offer => (offer.Table, offer.Row))], cancellationToken);
        var standing = offers.Zip(rows).Where(pair => pair.Second is { } row && (master.HoldsAll || master.Scopes.Contains(row.Scope))).ToList();
        var (sent, bytes) = (0, 0L);
        while (sent < standing.Count && (sent == 0 || bytes < options.Value.PushBytes))
        {
            bytes += JsonSerializer.SerializeToUtf8Bytes(standing[sent].Second!.Value.Row, ProtocolJson.Default.BranchChange).Length;
            sent++;
        }

        var request = new BranchStates([.. standing.Take(sent).Select(pair => pair.Second!.Value.Row)]);
        var reply = request.Changes.Count == 0 ? null : await line.StatesAsync(master, request, options.Value.Timeout, cancellationToken);
        if (reply is not null && master.Epoch is { } epoch && reply.Epoch != epoch)
        {
            return reply.Epoch;
        }

        await masters.OvertakeFilesAsync(master.Name, cancellationToken);
        var later = standing.Skip(sent).Select(pair => pair.First.Place).ToHashSet();
        await SettleAsync(master.Name, [.. offers.Where(offer => !later.Contains(offer.Place))], reply?.Passed ?? [], cancellationToken);
        pace.Spend(master.Name, lane, request.Changes.Count);
        report.Offer(request.Changes.Count, reply?.Passed.Count ?? 0);
        return reply?.Epoch ?? master.Epoch ?? string.Empty;
    }

    private async Task SettleAsync(string master, IReadOnlyList<RowOffer> settled, IReadOnlyList<PassedOver> passed, CancellationToken cancellationToken)
    {
        var reasons = passed.GroupBy(row => (row.Table, row.Id)).ToDictionary(group => group.Key, group => group.First().Reason);
        void Write()
        {
            foreach (var offer in settled)
            {
                if (reasons.TryGetValue((offer.Table, offer.Row), out var reason))
                {
                    up.Offers.Hold(offer.Place, reason);
                }
                else
                {
                    up.Offers.Remove(offer.Place);
                }
            }
        }

        await pipeline.TakeOverAsync(new ReplicatedBatch(master, []) { Before = Write }, cancellationToken);
    }

    private async Task<IReadOnlyList<RowOffer>> NextAsync(string master, string lane, CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        return OfferTable.Next(lease.Database, master, lane, pace.Room(master, lane, options.Value.PushCount));
    }
}
