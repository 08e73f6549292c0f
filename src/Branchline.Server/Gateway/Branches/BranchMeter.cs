using System.Collections.Concurrent;
using Branchline.Protocol;

namespace Branchline.Server.Gateway.Branches;

/// <summary>What a branch did here last, since the node was started.</summary>
internal sealed record BranchTraffic(long Pushed, long Pulled, long Seq);

/// <summary>Counts what branches send and read, for the monitor.</summary>
internal sealed class BranchMeter
{
    private readonly ConcurrentDictionary<string, BranchTraffic> _byLink = new(StringComparer.Ordinal);

    public BranchTraffic Of(string link) => _byLink.GetValueOrDefault(link, new BranchTraffic(0, 0, 0));

    public void Pushed(string link, int mutations) =>
        _byLink.AddOrUpdate(link, new BranchTraffic(mutations, 0, 0), (_, traffic) => traffic with { Pushed = traffic.Pushed + mutations });

    /// <summary>How far it has read is what the farthest behind of its scopes was told.</summary>
    public void Pulled(string link, IReadOnlyList<BranchPage> pages, long head)
    {
        var seq = pages.Select(page => page.To?.Cursor?.Seq ?? head).DefaultIfEmpty(head).Min();
        var changes = pages.Sum(page => page.Changes.Count);
        _byLink.AddOrUpdate(link, new BranchTraffic(0, changes, seq), (_, traffic) => traffic with { Pulled = traffic.Pulled + changes, Seq = seq });
    }
}
