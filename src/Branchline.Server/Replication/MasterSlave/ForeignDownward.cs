using System.Text.Json;
using System.Text.Json.Nodes;
using Branchline.Protocol;
using Branchline.Server.Mutations.Branches;
using Microsoft.Extensions.Logging;

namespace Branchline.Server.Replication.MasterSlave;

/// <summary>
/// Downloads what changed at a master since the time it gave last, and from a little before: a master that knows times only may have committed late what
/// it wrote early. What comes twice changes nothing. The master has the last word on every row of which nothing waits for it.
/// </summary>
internal sealed partial class ForeignDownward(Masters masters, ForeignRows rows, ForeignIds ids, ForeignLine line, ILogger<ForeignDownward> logger)
{
    private const int MostPages = 100_000;
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);

    public async Task PullAsync(string name, RoundReport report, CancellationToken cancellationToken)
    {
        var asked = masters.Find(name)!.SyncedAt is { } known ? ForeignTime.Before(known, Overlap) : null;
        for (var page = 0; page < MostPages; page++)
        {
            if (masters.Find(name) is not { } master)
            {
                return;
            }

            var reply = await line.DownloadAsync(master, asked, cancellationToken);
            if (!reply.IsSuccess || ForeignPage.Read(reply.Body) is not { } read)
            {
                var what = reply.IsSuccess ? "something that holds no records" : reply.Reason;
                throw new MasterException(MasterException.Unreachable, $"{master.Url} answers a download with {what}");
            }

            var arrived = await TakeAsync(master, read, report, cancellationToken);
            await AcknowledgeAsync(master, read, arrived, report, cancellationToken);
            if (!read.HasMore)
            {
                return;
            }

            if (read.SyncedAt is null || read.SyncedAt == asked)
            {
                report.Errors["download"] = $"{master.Url} says that there is more and gives no later time to ask from";
                return;
            }

            asked = read.SyncedAt;
        }
    }

    /// <summary>Takes the page over, together with the time to ask from next; the records that arrived.</summary>
    private async Task<IReadOnlyList<ForeignRecord>> TakeAsync(MasterState master, ForeignPage page, RoundReport report, CancellationToken cancellationToken)
    {
        foreach (var unread in page.Unread)
        {
            Fault(report, master.Name, $"a record that cannot be read: {unread}");
        }

        var (changes, arrived) = (new List<BranchChange>(), new List<ForeignRecord>());
        var told = new HashSet<(string, Guid)>();
        ids.Remember(master.Name, page.Records.SelectMany(rows.IdsOf));
        foreach (var record in page.Records.Reverse().Where(record => told.Add((record.Table, ForeignIds.RowOf(master.Name, record.Table, record.Id)))).Reverse().ToArray())
        {
            var (change, fault) = await rows.ReadAsync(master.Name, record, changes.Count, cancellationToken);
            if (fault is not null)
            {
                Fault(report, master.Name, $"{record.Table} {record.Id}: {fault}");
                continue;
            }

            arrived.Add(record);
            changes.AddRange(change is null ? [] : [change]);
        }

        var next = (masters.Find(master.Name) ?? master) with { SyncedAt = page.SyncedAt ?? master.SyncedAt };
        await TakeAsync(new ReplicatedBatch(master.Name, changes), next, report, cancellationToken);
        ids.Know(master.Name, arrived.Where(record => !record.IsDelete).Select(record => (record.Table, record.Id)));
        report.Changes += changes.Count;
        return arrived;
    }

    private async Task TakeAsync(ReplicatedBatch batch, MasterState next, RoundReport report, CancellationToken cancellationToken)
    {
        try
        {
            await masters.TakeOverAsync(batch, next, cancellationToken);
        }
        catch (InvalidOperationException) when (batch.Changes.Count > 1)
        {
            foreach (var change in batch.Changes)
            {
                await TakeAsync(batch with { Changes = [change] }, next, report, cancellationToken);
            }
        }
        catch (InvalidOperationException failure) when (batch.Changes is [var change])
        {
            Fault(report, next.Name, $"{change.Table} {change.Id} could not be taken over: {failure.Message}");
            await masters.SaveAsync(next, cancellationToken);
        }
    }

    private async Task AcknowledgeAsync(MasterState master, ForeignPage page, IReadOnlyList<ForeignRecord> arrived, RoundReport report, CancellationToken cancellationToken)
    {
        if (arrived.Count == 0)
        {
            return;
        }

        var told = new JsonObject { ["ids"] = new JsonArray([.. arrived.Select(record => Id(record.Id))]), ["synced_at"] = page.SyncedAt };
        var reply = await line.AcknowledgeAsync(master, told, cancellationToken);
        if (!reply.IsSuccess)
        {
            report.Errors["acknowledge"] = $"{master.Url} refused the acknowledgement: {reply.Reason}";
        }
    }

    private static JsonNode? Id(string id) => JsonNode.Parse(JsonSerializer.Serialize(ForeignIds.ValueOf(id), ProtocolJson.Default.FieldValue));

    // The first is told in the status, all of them in the log.
    private void Fault(RoundReport report, string master, string fault)
    {
        report.Errors.TryAdd("row", fault);
        LogFault(master, fault);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Master} sent what cannot be taken over: {Fault}")]
    private partial void LogFault(string master, string fault);
}
