using System.Collections.Concurrent;
using Branchline.Protocol;
using Branchline.Server.Access.Links;
using Branchline.Server.Replication;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Gateway.Branches;

/// <summary>What a branch reported last: when it came, and how far its clock was ahead then. <paramref name="Rounds"/> are its last ones, the newest first.</summary>
internal sealed record KeptReport(BranchReport Report, DateTimeOffset At, TimeSpan Skew, IReadOnlyList<ReportedRound> Rounds);

/// <summary>The last report of each branch, in memory: a node that starts is told anew within a minute.</summary>
internal sealed class BranchReports(SqliteStore store, TimeProvider time)
{
    private const int MostRounds = 50;

    private readonly ConcurrentDictionary<string, KeptReport> _byLink = new(StringComparer.Ordinal);

    public void Take(BranchLink link, BranchReport report)
    {
        var now = time.GetUtcNow();

        // As if it were one of many below: so it is cut like them, and a ring that leads back here ends.
        var whole = ReportBounds.Cut(store.Node, [new ReportedBranch(link.Name, "joined", "live") { Report = report }])[0].Report ?? ReportBounds.Alone(report);
        _byLink.AddOrUpdate(
            link.Id,
            _ => new KeptReport(whole, now, whole.Time - now, whole.Rounds),
            (_, kept) => new KeptReport(whole, now, whole.Time - now, [.. whole.Rounds.Concat(kept.Rounds).DistinctBy(round => round.Id).Take(MostRounds)]));
    }

    public KeptReport? Find(string link) => _byLink.GetValueOrDefault(link);

    /// <summary>Another machine is to take its place, or none.</summary>
    public void Forget(string link) => _byLink.TryRemove(link, out _);
}
