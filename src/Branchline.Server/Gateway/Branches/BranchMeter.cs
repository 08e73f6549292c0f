using System.Collections.Concurrent;
using System.Collections.Immutable;
using Branchline.Protocol;

namespace Branchline.Server.Gateway.Branches;

/// <summary>What a branch did here last, since the node was started.</summary>
internal sealed record BranchTraffic(long Pushed, long Pulled)
{
    /// <summary>How far it has read, by the tables of each of its lanes.</summary>
    public ImmutableDictionary<string, long> Places { get; init; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>The last question that was not answered.</summary>
    public BranchRefusal? Refusal { get; init; }
}

/// <summary>
/// Why a branch was not let in: <c>token_invalid</c>, because somebody signs in its name with a key that is not its own, or <c>clock_wrong</c>, and how far its
/// clock was ahead then.
/// </summary>
internal sealed record BranchRefusal(string Code, DateTimeOffset At, TimeSpan? Skew);

/// <summary>Counts what branches send and read, for the monitor.</summary>
internal sealed class BranchMeter
{
    private static readonly BranchTraffic None = new(0, 0);

    private readonly ConcurrentDictionary<string, BranchTraffic> _byLink = new(StringComparer.Ordinal);

    public BranchTraffic Of(string link) => _byLink.GetValueOrDefault(link, None);

    public void Pushed(string link, int mutations) => Note(link, traffic => traffic with { Pushed = traffic.Pushed + mutations });

    /// <summary>It read on in a lane. How far is what the farthest behind of its scopes was told; nothing while one of them is being loaded.</summary>
    public void Pulled(string link, IReadOnlyList<string> tables, IReadOnlyList<BranchPage> pages)
    {
        var (lane, read) = (string.Join(',', tables), pages.Where(page => page.Revoked != true && page.Reset is null).ToArray());
        var isLoading = read.Length == 0 || read.Any(page => page.Rows || page.To?.Cursor is null);
        Note(link, traffic =>
        {
            // By another schema a lane has other tables.
            var others = traffic.Places.RemoveRange(traffic.Places.Keys.Where(other => other.Split(',').Intersect(tables).Any()));
            return traffic with
            {
                Pulled = traffic.Pulled + pages.Sum(page => page.Changes.Count),
                Places = isLoading ? others : others.SetItem(lane, read.Min(page => page.To!.Cursor!.Value.Seq)),
            };
        });
    }

    public void Refused(string link, BranchRefusal refusal) => Note(link, traffic => traffic with { Refusal = refusal });

    private void Note(string link, Func<BranchTraffic, BranchTraffic> change) =>
        _byLink.AddOrUpdate(link, _ => change(None), (_, traffic) => change(traffic));
}
