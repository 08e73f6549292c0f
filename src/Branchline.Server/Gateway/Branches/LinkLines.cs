using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Access.Links;
using Branchline.Server.Feed.Branches;
using Branchline.Server.Feed.Compaction;
using Branchline.Server.Schema;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Gateway.Branches;

/// <summary>Each branch on a line: what this node knows of it by itself, and what it reported.</summary>
internal sealed class LinkLines(
    BranchLinks links, BranchFeed feed, BranchMeter meter, BranchPokes pokes, BranchReports reports, CommitTimes commits, FeedFloor floor, ReaderPlaces readers, SqliteStore store,
    BusinessSchema schema, TimeProvider time)
{
    // Between two questions for news, while a round runs.
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(10);

    /// <summary>Every branch that follows or followed this node.</summary>
    public async Task<IReadOnlyList<LinkReply>> ReadAsync(CancellationToken cancellationToken)
    {
        var holders = await floor.ListAsync(readers.News, cancellationToken);
        var places = holders.Where(holder => holder.Device is not null).ToDictionary(holder => holder.Device!, holder => holder.Seq, StringComparer.Ordinal);
        var (waiting, scopes) = (pokes.Waiting, await feed.ReadScopesAsync(cancellationToken));
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        return
        [
            .. links.All.Select(link => Line(lease.Database, link, (places.TryGetValue(link.Id, out var seq) ? seq : null, link.HoldsAll ? scopes : link.Scopes), waiting.Contains(link.Id)) with
            {
                IsFloorHolder = !link.IsRemoved && holders[0].Device == link.Id,
            }),
        ];
    }

    /// <summary>One of them.</summary>
    public async Task<LinkReply> ReadAsync(BranchLink link, CancellationToken cancellationToken) =>
        (await ReadAsync(cancellationToken)).First(line => line.Id == link.Id);

    /// <summary>The link of a branch that follows this node under a name, or null.</summary>
    public async Task<BranchLink?> FindAsync(string name, CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        return links.All.FirstOrDefault(link => !link.IsRemoved && NameOf(lease.Database, link) == name);
    }

    /// <summary>These lines as this node tells of them further up.</summary>
    public IReadOnlyList<ReportedBranch> Report(IReadOnlyList<LinkReply> lines) =>
    [
        .. from line in lines
           where line.State != "removed"
           select new ReportedBranch(line.Name, line.State, line.Contact)
           {
               SeenAt = line.SeenAt,
               Behind = line.Behind,
               Report = reports.Find(line.Id)?.Report is { } report ? report with { Rounds = [] } : null,
           },
    ];

    private LinkReply Line(Database database, BranchLink link, (long? Read, IReadOnlyList<string> Scopes) stand, bool isWaiting)
    {
        var (traffic, kept) = (meter.Of(link.Id), reports.Find(link.Id));
        var refusal = traffic.Refusal is { } last && last.At.ToUnixTimeMilliseconds() > (link.SeenAt ?? 0) ? last : null;
        var state = StateOf(link, refusal);
        var pending = state is "joined" or "locked_out" ? CountPending(database, link.Id, traffic, stand) : null;
        return new LinkReply(
            link.Id, NameOf(database, link), link.Branches, state, Moment(link.JoinedAt), Moment(link.SeenAt), pending?.Count, traffic.Pushed, traffic.Pulled, link.IsEqual, link.HoldsAll)
        {
            Contact = state == "joined" ? isWaiting || IsHeard(link) ? "live" : "late" : state == "locked_out" ? "late" : "none",
            LagSeconds = pending is { } counted ? counted.First is { } first ? Math.Max(0, (time.GetUtcNow() - commits.Of(first)).TotalSeconds) : 0 : null,
            Refusal = state == "locked_out" ? new RefusalReply(refusal!.Code, refusal.At) : null,
            Report = kept is null || state == "removed" ? null : Reply(kept, refusal?.Skew),
        };
    }

    // As its row is called: it may have another name than when it was invited.
    private string NameOf(Database database, BranchLink link)
    {
        if (link.IsRemoved || !Guid.TryParse(link.Own, out var id) || schema.BranchTable is not { Title: { } title } table)
        {
            return link.Name;
        }

        var row = database.Prepare($"SELECT {TableLayout.Quote(title)} FROM {store.Layouts[table.Name].Name} WHERE id = ?1 AND _deleted IS NULL").Bind(1, id);
        var name = row.Step() ? row.TextOrNull(0) : null;
        row.Reset();
        return name ?? link.Name;
    }

    private string StateOf(BranchLink link, BranchRefusal? refusal) =>
        link.IsRemoved ? "removed"
        : link.Key is null ? links.IsInvited(link) ? "invited" : "expired"
        : refusal is not null ? "locked_out"
        : "joined";

    private bool IsHeard(BranchLink link) =>
        link.SeenAt is { } seen && time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(seen) < Between;

    /// <summary>Null while it has not read to the end once, as far as this node knows.</summary>
    private PendingChanges? CountPending(Database database, string link, BranchTraffic traffic, (long? Read, IReadOnlyList<string> Scopes) stand)
    {
        if (traffic.Places.Count > 0)
        {
            return traffic.Places.Select(place => PendingDown.Count(database, new BranchStand(stand.Scopes, place.Key.Split(','), place.Value, link)))
                .Aggregate((sum, next) => sum + next);
        }

        return stand.Read is { } seq ? PendingDown.Count(database, new BranchStand(stand.Scopes, [.. schema.Tables.Keys], seq, link)) : null;
    }

    private ReportReply Reply(KeptReport kept, TimeSpan? refusedBy)
    {
        var report = kept.Report;
        var skew = refusedBy ?? kept.Skew;
        return new ReportReply(kept.At, report.Version, report.Schema == schema.Hash, report.Host, Math.Round(skew.TotalSeconds, 3))
        {
            PendingUp = report.Lanes.Sum(lane => lane.Waiting),
            HeldUp = report.Lanes.Sum(lane => lane.Held),
            OldestUp = report.Lanes.Min(lane => lane.Oldest) - kept.Skew,
            Lanes = [.. report.Lanes.Select(lane => new LaneReply(lane.Name, lane.Waiting, lane.Held, lane.Oldest - kept.Skew, lane.IsPaused))],
            Errors = report.Errors,
            Failures = report.Failures,
            Sockets = report.Sockets,
            Devices = report.Devices,
            DiskFree = report.DiskFree,
            Rounds =
            [
                .. kept.Rounds.Select(round => new ReportedRoundReply(
                    round.Id, round.StartedAt, round.Milliseconds, round.Up, round.Refused, round.Down, round.Repaired, round.Error)),
            ],
        };
    }

    private static DateTimeOffset? Moment(long? milliseconds) => milliseconds is { } known ? DateTimeOffset.FromUnixTimeMilliseconds(known) : null;
}
