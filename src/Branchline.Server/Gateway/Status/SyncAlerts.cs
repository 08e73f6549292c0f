using System.Globalization;
using Branchline.Server.Gateway.Branches;
using Branchline.Server.Monitor.Alerts;
using Branchline.Server.Replication;

namespace Branchline.Server.Gateway.Status;

/// <summary>The figures that alerts watch: of this node, of its masters, and of each branch that follows it.</summary>
internal sealed class SyncAlerts(RoundBook book, Reporter reporter, LinkLines links, NodeFacts facts, TimeProvider time)
{
    public async Task<IReadOnlyList<AlertReading>> ReadAsync(CancellationToken cancellationToken)
    {
        var (masters, branches) = (await book.ReadAsync(cancellationToken), await links.ReadAsync(cancellationToken));
        return [.. OwnDisk(facts.Read()), .. masters.SelectMany(OfMaster), .. branches.Where(link => link.State is "joined" or "locked_out").SelectMany(OfBranch)];
    }

    private static IEnumerable<AlertReading> OwnDisk(NodeReply node) =>
        node.Disk is { } disk ? [Disk("node", node.Host, disk.Free)] : [];

    private IEnumerable<AlertReading> OfMaster(MasterStatus master)
    {
        var subject = "master:" + master.Name;
        yield return new AlertReading(
            AlertKind.LinkFailed, subject, master.Name, master.RetryCount, $"{master.RetryCount} rounds in a row failed: {master.LastError ?? "the last one went well"}");
        if (master.Pending.Values.Select(lane => lane.Oldest).Min() is { } oldest)
        {
            yield return Queue(subject, master.Name, DateTimeOffset.FromUnixTimeMilliseconds(oldest), master.Pending.Values.Sum(lane => lane.Waiting + lane.Held));
        }

        if (reporter.Skew(master.Name) is { } skew)
        {
            yield return Skew(subject, master.Name, -skew.TotalSeconds);
        }
    }

    private IEnumerable<AlertReading> OfBranch(LinkReply link)
    {
        var (subject, now) = ("branch:" + link.Id, time.GetUtcNow());
        var silent = link.Contact == "live" || link.SeenAt is not { } seen ? TimeSpan.Zero : now - seen;
        yield return new AlertReading(AlertKind.BranchSilent, subject, link.Name, silent.TotalSeconds, $"It was not heard of for {Spell(silent)}");
        yield return new AlertReading(
            AlertKind.BranchLockedOut, subject, link.Name, link.Refusal is null ? 0 : 1,
            link.Refusal?.Code == Protocol.ErrorCodes.ClockWrong ? "It comes, but its clock is more than five minutes wrong" : "It comes, but signs with a key that this node does not know: invite it again");
        if (link.Report is not { } report)
        {
            yield break;
        }

        yield return new AlertReading(
            AlertKind.LinkFailed, subject, link.Name, report.Failures, $"{report.Failures} of its rounds in a row failed: {string.Join("; ", report.Errors.Values)}");
        yield return Skew(subject, link.Name, report.SkewSeconds);
        if (report.OldestUp is { } oldest)
        {
            yield return Queue(subject, link.Name, oldest, report.PendingUp + report.HeldUp);
        }

        if (report.DiskFree is { } free)
        {
            yield return Disk(subject, link.Name, free);
        }
    }

    private AlertReading Queue(string subject, string name, DateTimeOffset oldest, long waiting)
    {
        var age = time.GetUtcNow() - oldest;
        return new AlertReading(AlertKind.QueueOld, subject, name, age.TotalSeconds, $"{waiting} mutations wait to go up, the oldest for {Spell(age)}");
    }

    private static AlertReading Skew(string subject, string name, double seconds) => new(
        AlertKind.ClockSkew, subject, name, Math.Abs(seconds), $"Its clock is {Spell(TimeSpan.FromSeconds(Math.Abs(seconds)))} {(seconds < 0 ? "behind" : "ahead of")} this node's");

    private static AlertReading Disk(string subject, string name, long free) =>
        new(AlertKind.DiskLow, subject, name, free, string.Create(CultureInfo.InvariantCulture, $"{free / (double)(1 << 20):0} MB are free where its data is"));

    private static string Spell(TimeSpan time) => time switch
    {
        { TotalSeconds: < 120 } => $"{time.TotalSeconds:0} s",
        { TotalMinutes: < 120 } => $"{time.TotalMinutes:0} min",
        { TotalHours: < 48 } => $"{time.TotalHours:0} h",
        _ => $"{time.TotalDays:0} days",
    };
}
