using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Feed.Branches;
using Branchline.Server.Gateway.Branches;
using Branchline.Server.Gateway.Sockets;
using Branchline.Server.Monitor.Alerts;
using Branchline.Server.Mutations.Branches;
using Branchline.Server.Replication;
using Branchline.Server.Replication.Pace;
using Branchline.Server.Store.Sqlite;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Gateway.Status;

/// <summary>Puts together what the monitor, the command line and other programs are told.</summary>
internal sealed class SyncStatus(
    Masters masters, RoundBook book, Follower follower, Reporter reporter, LinkLines links, BranchFeed feed, DeviceLines devices, NodeFacts facts, AlertWatch alerts,
    AlertPost post, Store.Backups.Backups backups, LanePace pace, IOptions<ReplicationOptions> options, TimeProvider time)
{
    private const int ShownRounds = 50;

    public async Task<SyncStatusReply> ReadAsync(CancellationToken cancellationToken)
    {
        var (all, lines) = (await book.ReadAsync(cancellationToken), await links.ReadAsync(cancellationToken));
        var (readers, floor) = await devices.ReadAsync(lines, cancellationToken);
        var node = facts.Read();
        return new SyncStatusReply(feed.Epoch, feed.Head, [.. all.Select(Reply)], lines)
        {
            Time = time.GetUtcNow(),
            Node = node,
            Schedule = new ScheduleReply(options.Value.Enabled, options.Value.Interval.TotalSeconds),
            Devices = readers,
            Floor = floor,
            Alerts = [.. alerts.Raised.Select(alert => new AlertReply(AlertKinds.Word(alert.Kind), alert.Subject, alert.Name, alert.Text, alert.Since))],
            AlertWebhook = post.State is { } state ? new AlertWebhookReply(state.Waiting, state.Failure) : null,
            Topology = Topology(node, all, ReportBounds.Cut(node.Id, links.Report(lines))),
            Backups = backups.List(),
        };
    }

    public static RoundReply Reply(RoundReport report) =>
        new(report.Id, report.StartedAt, report.Took.TotalMilliseconds, report.Applied, report.Merged, report.Refused, report.Changes, report.Rows, report.Repaired, report.Errors);

    private MasterReply Reply(MasterStatus status)
    {
        var state = masters.Find(status.Name);
        LaneReply[] lanes = [.. Lanes.InOrder.Select(lane => Reply(lane, status, state?.LoadOf(lane)))];
        return new MasterReply(
            status.Name, status.Url, status.Status, status.LastSyncedAt, status.LastError, status.RetryCount, status.Known, state?.IsLoaded(Lanes.InOrder.Count) == true && status.Status != "never",
            lanes,
            [.. book.Rounds(status.Name).Take(ShownRounds).Select(Reply)])
        {
            Loaded = lanes.Sum(lane => lane.Loaded),
            Total = lanes.Sum(lane => lane.Total),
            NextRoundAt = options.Value.Enabled ? follower.NextAt(status.Name) : null,
            SkewSeconds = reporter.Skew(status.Name) is { } skew ? Math.Round(skew.TotalSeconds, 3) : null,
        };
    }

    private LaneReply Reply(string lane, MasterStatus status, LoadProgress? load)
    {
        var count = status.Pending.GetValueOrDefault(lane);
        var oldest = count.Oldest is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : (DateTimeOffset?)null;
        return new LaneReply(lane, count.Waiting, count.Held, oldest, status.Paused.Contains(lane))
        {
            Loaded = load?.Loaded ?? 0,
            Total = load?.Total ?? 0,
            Window = pace.Of(lane)?.Window,
            MaxChangesPerSecond = pace.Of(lane)?.MaxChangesPerSecond,
            ClosedUntil = pace.ClosedUntil(lane),
        };
    }

    private static TopologyReply Topology(NodeReply node, IReadOnlyList<MasterStatus> masters, IReadOnlyList<ReportedBranch> branches) =>
        new(node.Host, masters.Count == 0 ? "master" : "branch", "live", null, null, null)
        {
            Node = node.Id,
            Version = node.Version,
            Host = node.Host,
            PendingUp = masters.Count == 0 ? null : masters.Sum(master => master.Pending.Values.Sum(lane => lane.Waiting)),
            Branches = [.. branches.Select(Topology)],
        };

    private static TopologyReply Topology(ReportedBranch branch) => new(branch.Name, branch.State, branch.Contact, branch.SeenAt, branch.Behind, branch.Cut)
    {
        Node = branch.Report?.Node,
        Version = branch.Report?.Version,
        Host = branch.Report?.Host,
        PendingUp = branch.Report?.Lanes.Sum(lane => lane.Waiting),
        Branches = [.. branch.Report?.Branches.Select(Topology) ?? []],
    };
}

/// <summary>What this node is.</summary>
internal sealed class NodeFacts(SqliteStore store, BusinessSchema schema, LiveSockets sockets, DataDirectory directory)
{
    public NodeReply Read() => new(
        store.Node, NodeVersion.Text, schema.Hash, Environment.MachineName, sockets.Count, DiskSpace.Of(directory.Path) is { } disk ? new DiskReply(disk.Free, disk.Total) : null);
}
