using Microsoft.Extensions.Options;

namespace Branchline.Server.Feed.Compaction;

/// <summary>
/// Snapshots on their way: whoever fetches one goes on from the change at which it began, so the log from there stays. Held for a while since the
/// last chunk was asked for, and never longer than a day: nobody holds the log by asking for ever.
/// </summary>
internal sealed class Reservations(IOptions<FeedOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();

    // Under the gate.
    private readonly Dictionary<(string Scope, long Seq), Held> _held = [];

    public void Hold(string scope, long seq)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            Forget(now);
            var latest = _held.TryGetValue((scope, seq), out var held) ? held.Latest : now + Longest;
            _held[(scope, seq)] = new Held(latest, now + options.Value.HoldForSnapshots);
        }
    }

    /// <summary>Another chunk was asked for. What nobody holds any longer is not held again: the number comes from the reader.</summary>
    public void Renew(string scope, long seq)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            Forget(now);
            if (_held.TryGetValue((scope, seq), out var held))
            {
                _held[(scope, seq)] = held with { Until = now + options.Value.HoldForSnapshots };
            }
        }
    }

    public IReadOnlyList<FloorHolder> List()
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            Forget(now);
            return [.. _held.Select(one => new FloorHolder($"snapshot:{one.Key.Scope}", one.Key.Seq, one.Value.End))];
        }
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (key, _) in _held.Where(one => one.Value.End <= now).ToArray())
        {
            _held.Remove(key);
        }
    }

    private readonly record struct Held(DateTimeOffset Latest, DateTimeOffset Until)
    {
        public DateTimeOffset End => Until < Latest ? Until : Latest;
    }
}
