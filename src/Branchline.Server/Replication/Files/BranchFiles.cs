using Branchline.Protocol;
using Branchline.Server.Mutations.Branches;
using Branchline.Server.Store.Sqlite;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Replication.Files;

/// <summary>What an answer did here, and what is to be done next, if anything.</summary>
internal sealed record FileTaken(RoundReport Report, string? Next);

/// <summary>
/// A branch's side of the line as a file: everything that waits and where it reads on goes out, outcomes and pages come back. The same batches as a
/// round's, taken over by the same code; a round before, between or after does no harm.
/// </summary>
internal sealed class BranchFiles(
    SqliteStore store, UpBook up, LastWords words, Masters masters, Follower follower, Round round, Upward upward, Downward downward, RoundBook book,
    IOptions<ReplicationOptions> options, IdSource ids, TimeProvider time)
{
    /// <summary>Writes what waits for the master. Lanes that somebody paused stay at home.</summary>
    public Task<FileEnd> ExportAsync(string name, Stream stream, CancellationToken cancellationToken) =>
        follower.BetweenRoundsAsync(name, () => WriteAsync(name, stream, cancellationToken), cancellationToken);

    /// <summary>Takes an answer over. Throws <see cref="BatchFileException"/> when it is none for this node as it is; nothing was applied then.</summary>
    public Task<FileTaken> ImportAsync(string name, BatchFileReader file, CancellationToken cancellationToken) =>
        follower.BetweenRoundsAsync(name, () => TakeAsync(name, file, cancellationToken), cancellationToken);

    private async Task<FileEnd> WriteAsync(string name, Stream stream, CancellationToken cancellationToken)
    {
        await round.PrepareAsync(name, cancellationToken);
        var known = masters.Find(name)!;
        var master = await masters.SaveAsync(known with { Exported = known.Exported + 1 }, cancellationToken);
        var head = new FileHead(FileHead.CurrentFormat, FileKind.Up, master.Link, ids.Next().ToString("N"), master.IsSealed, time.GetUtcNow(), master.Epoch)
        {
            Number = master.Exported,
            OwnEpoch = store.Epoch,
            Offers = master.IsOwedRows,
        };
        var file = await BatchFileWriter.BeginAsync(stream, master.Key, head, cancellationToken);
        if (master.IsOwedRows)
        {
            await foreach (var states in round.ReadOffersAsync(master, cancellationToken))
            {
                await file.WriteAsync(new FileBlock { States = states }, cancellationToken);
            }
        }

        string[] lanes = [.. Lanes.InOrder.Except(master.Paused)];
        var more = false;
        foreach (var lane in lanes)
        {
            more |= await WriteLaneAsync(master, lane, file, cancellationToken);
        }

        foreach (var lane in lanes)
        {
            await file.WriteAsync(new FileBlock { Question = new FileQuestion(lane, downward.Ask(master, lane)) }, cancellationToken);
        }

        return await file.EndAsync(more, cancellationToken);
    }

    /// <summary>Whether there is more than fits.</summary>
    private async Task<bool> WriteLaneAsync(MasterState master, string lane, BatchFileWriter file, CancellationToken cancellationToken)
    {
        for (var after = 0L; ;)
        {
            var push = await upward.NextAsync(master, lane, after, cancellationToken);
            // A file ends with the block that fills half of what one may have, so that the other side takes it.
            if (push.Entries.Count == 0 || file.Bytes > options.Value.FileBytes / 2)
            {
                return push.Entries.Count > 0;
            }

            await file.WriteAsync(new FileBlock { Push = new FilePush(lane, [.. push.Entries.Select(entry => entry.Place)], push.Request) }, cancellationToken);
            after = push.Entries[^1].Place;
        }
    }

    private async Task<FileTaken> TakeAsync(string name, BatchFileReader file, CancellationToken cancellationToken)
    {
        var (master, head) = (masters.Find(name)!, file.Head);
        Check(master, head);
        var report = new RoundReport(ids.Next().ToString("N")[20..], name, time.GetUtcNow());
        var started = time.GetTimestamp();
        var next = master.Epoch is { } epoch && head.Epoch != epoch
            ? await BeginAgainAsync(master, head.Epoch!, cancellationToken)
            : await TakeBlocksAsync(name, file, report, cancellationToken);
        report.Took = time.GetElapsedTime(started);
        book.Add(report);
        return new FileTaken(report, next);
    }

    /// <summary>Whether an answer is for this node as it is. Throws <see cref="BatchFileException"/>.</summary>
    public void Check(MasterState master, FileHead head)
    {
        var asked = head.Answers!;
        if (asked.OwnEpoch != store.Epoch || asked.Number > master.Exported)
        {
            throw new BatchFileException(
                ErrorCodes.FileOutdated, "This node was put back to an older copy since it exported what this file answers. Nothing was applied", "Export anew: branchline sync export FILE");
        }

        if (master.Epoch is { } epoch && head.Epoch != epoch && asked.Epoch != epoch)
        {
            throw new BatchFileException(
                ErrorCodes.FileOutdated, "The file was written before the master was put back to an older copy. Nothing was applied", "Export anew: branchline sync export FILE");
        }
    }

    /// <summary>The master was put back since the branch last heard of it: it is given everything once more, by the next file or round.</summary>
    private async Task<string> BeginAgainAsync(MasterState master, string epoch, CancellationToken cancellationToken)
    {
        var anew = master.Anew() with { Epoch = epoch, IsOwedRows = true };
        await masters.TakeOverAsync(new ReplicatedBatch(master.Name, []) { Before = () => up.Table.Reopen(master.Name, UpState.Confirmed) }, anew, cancellationToken);
        words.TakeBack();
        return "Head office was put back to an older copy. Export once more: the file gives back what it lost";
    }

    private async Task<string?> TakeBlocksAsync(string name, BatchFileReader file, RoundReport report, CancellationToken cancellationToken)
    {
        var (known, number) = (masters.Find(name)!, file.Head.Answers!.Number);
        var isOvertaken = number <= known.Overtaken;
        if (number - 1 > known.Overtaken)
        {
            // Answers to files before this one are older than what it settles.
            await masters.SaveAsync(known with { Overtaken = number - 1 }, cancellationToken);
        }

        var sums = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        var more = false;
        await foreach (var block in file.ReadAsync(cancellationToken))
        {
            more |= block.End?.More == true;
            if (block.Outcomes is { } outcomes)
            {
                await SettleAsync(masters.Find(name)!, outcomes, report, cancellationToken);
            }
            else if (block.Pages is { } pages && !isOvertaken)
            {
                await TakePagesAsync(name, pages, (report, sums), cancellationToken);
            }
        }

        foreach (var (lane, found) in sums)
        {
            await round.VerifyAsync(name, lane, found, report, cancellationToken);
        }

        if (file.Head.Answers.Offers && masters.Find(name) is { IsOwedRows: true } master)
        {
            await masters.SaveAsync(master with { IsOwedRows = false }, cancellationToken);
        }

        return isOvertaken ? "Something newer was taken over since this was exported: its outcomes count, its rows were left out"
            : more ? "There is more than fits into one file: export once more"
            : null;
    }

    /// <summary>Only what still waits: an outcome that came before, by the line or by another file, stays.</summary>
    private async Task SettleAsync(MasterState master, IReadOnlyList<FileOutcome> outcomes, RoundReport report, CancellationToken cancellationToken)
    {
        var byPlace = outcomes.ToDictionary(outcome => outcome.Place);
        IReadOnlyList<UpEntry> waiting;
        using (var lease = await store.ReaderPool.RentAsync(cancellationToken))
        {
            waiting = [.. UpTable.Find(lease.Database, master.Name, byPlace.Keys).Where(entry => entry.Forwarded.Mutation.Id == byPlace[entry.Place].Id)];
        }

        if (waiting.Count > 0)
        {
            var rows = waiting.SelectMany(entry => byPlace[entry.Place].Rows).DistinctBy(row => (row.Table, row.Id)).ToArray();
            await upward.SettleAsync(master, new Judged([.. waiting.Select(entry => (entry, byPlace[entry.Place].Outcome))]), rows, report, cancellationToken);
        }
    }

    private async Task TakePagesAsync(
        string name, FilePages pages, (RoundReport Report, Dictionary<string, Dictionary<string, string>> Sums) told, CancellationToken cancellationToken)
    {
        var master = masters.Find(name)!;
        var news = pages.Reply.Pages.Where(page => IsNews(master.Place(pages.Lane, page.Scope), pages.Places.GetValueOrDefault(page.Scope), page)).ToArray();
        if (news.Length == 0 && !pages.IsLast)
        {
            return;
        }

        told.Sums.TryAdd(pages.Lane, new Dictionary<string, string>(StringComparer.Ordinal));
        await downward.TakeAsync((name, pages.Lane, pages.Places), pages.Reply with { Pages = news }, (told.Report, told.Sums[pages.Lane]), cancellationToken);
        if (pages.IsLast)
        {
            await downward.FinishAsync(name, pages.Lane, cancellationToken);
        }
    }

    /// <summary>
    /// Whether a page goes on from where this node is. A stretch of the log may begin before that, as rounds or other files read on: what it repeats ends as
    /// it stands at its end.
    /// </summary>
    private static bool IsNews(BranchPlace current, BranchPlace? from, BranchPage page) =>
        current == from
        || (!page.Rows && page.To?.Cursor is { } to && from?.Cursor is { } start && current.Cursor is { } read
            && read.Epoch == to.Epoch && read.Seq >= start.Seq && read.Seq < to.Seq);
}
