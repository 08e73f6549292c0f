using System.Net;
using System.Text.Json.Nodes;
using Branchline.Server.Mutations;
using Branchline.Server.Mutations.Branches;
using Branchline.Server.Store.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Replication.MasterSlave;

/// <summary>
/// Uploads the rows that changed here, each once however often it changed. What the master refuses is held with its reason and stops nothing behind it:
/// where it refuses an upload without saying for which record, the upload is halved until it is known.
/// </summary>
internal sealed partial class ForeignUpward(
    SqliteStore store, UpBook up, MutationPipeline pipeline, ForeignRecords records, ForeignIds ids, ForeignLine line, IOptions<ReplicationOptions> options,
    ILogger<ForeignUpward> logger)
{
    // So many records alone that the master fails on, and none that it takes: it is the master that is broken.
    private const int MostFailures = 5;
    private const int MostRecords = 200;

    /// <summary>One upload; false when nothing waits in the lane.</summary>
    public async Task<bool> PushAsync(MasterState master, string lane, RoundReport report, CancellationToken cancellationToken)
    {
        var offers = await NextAsync(master.Name, lane, cancellationToken);
        if (offers.Count == 0)
        {
            return false;
        }

        var (sent, bytes) = (new List<SentRecord>(), 0L);
        var settled = new List<RowOffer>();
        foreach (var offer in offers)
        {
            if (bytes >= options.Value.PushBytes)
            {
                break;
            }

            settled.Add(offer);
            foreach (var record in await RecordsAsync(master.Name, offer, cancellationToken))
            {
                sent.RemoveAll(earlier => earlier.Place is null && (earlier.Table, earlier.Id) == (record.Table, record.Id));
                sent.Add(record);
                bytes += record.Json.ToJsonString().Length;
            }
        }

        var refused = new Dictionary<SentRecord, string>();
        await SendAsync(master, sent, refused, new Failures(), cancellationToken);
        await SettleAsync(master.Name, settled, refused, cancellationToken);
        ids.Know(master.Name, sent.Where(record => !refused.ContainsKey(record)).Select(record => (record.Table, record.Id)));
        report.Offer(sent.Count, refused.Count);
        return true;
    }

    private async Task<IEnumerable<SentRecord>> RecordsAsync(string master, RowOffer offer, CancellationToken cancellationToken)
    {
        var told = options.Value.MasterTableNames;
        var made = new List<SentRecord?>();
        if (told.Length == 0 || told.Contains(offer.Table))
        {
            made.Add(await records.OfAsync(master, (offer.Place, offer.Table, offer.Row), cancellationToken));
        }

        foreach (var (table, row) in await records.SummedFromAsync(offer.Table, offer.Row, cancellationToken))
        {
            made.Add(told.Length == 0 || told.Contains(table) ? await records.OfAsync(master, (null, table, row), cancellationToken) : null);
        }

        return made.OfType<SentRecord>();
    }

    private async Task SendAsync(MasterState master, List<SentRecord> sent, Dictionary<SentRecord, string> refused, Failures failures, CancellationToken cancellationToken)
    {
        if (sent.Count == 0)
        {
            return;
        }

        var reply = await line.UploadAsync(master, new JsonArray([.. sent.Select(record => record.Json.DeepClone())]), cancellationToken);
        if (ForeignVerdict.Read(reply, [.. sent.Select(record => (record.Table, record.Id))]) is { } verdict)
        {
            failures.Taken |= verdict.Count < sent.Count && reply.IsSuccess;
            foreach (var (place, reason) in verdict.Where(one => one.Key < sent.Count))
            {
                refused[sent[place]] = reason;
            }

            if (!reply.IsSuccess)
            {
                // Laravel refuses all of an upload of which one record is wrong.
                await SendAsync(master, [.. sent.Where(record => !refused.ContainsKey(record))], refused, failures, cancellationToken);
            }

            return;
        }

        if (sent.Count > 1)
        {
            var half = sent.Count / 2;
            await SendAsync(master, sent[..half], refused, failures, cancellationToken);
            await SendAsync(master, sent[half..], refused, failures, cancellationToken);
            return;
        }

        if (reply.Status == HttpStatusCode.InternalServerError && !failures.Taken && ++failures.Count >= MostFailures)
        {
            throw new MasterException(MasterException.Unreachable, $"{master.Url} fails on every record ({reply.Reason}); its log has the cause");
        }

        refused[sent[0]] = reply.Reason;
    }

    private async Task SettleAsync(string master, List<RowOffer> settled, Dictionary<SentRecord, string> refused, CancellationToken cancellationToken)
    {
        var reasons = refused.Where(one => one.Key.Place is not null).ToDictionary(one => one.Key.Place!.Value, one => one.Value);
        void Write()
        {
            foreach (var offer in settled)
            {
                if (reasons.TryGetValue(offer.Place, out var reason))
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
        foreach (var (record, reason) in refused)
        {
            LogRefused(master, record.Table, record.Id, reason);
        }
    }

    private async Task<IReadOnlyList<RowOffer>> NextAsync(string master, string lane, CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        return OfferTable.Next(lease.Database, master, lane, Math.Min(options.Value.PushCount, MostRecords));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Master} refused {Table} {Id} ({Reason}); it is held and offered again later")]
    private partial void LogRefused(string master, string table, string id, string reason);

    private sealed class Failures
    {
        public int Count { get; set; }

        public bool Taken { get; set; }
    }
}
