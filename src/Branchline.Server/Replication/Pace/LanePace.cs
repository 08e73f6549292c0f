using System.Collections.Concurrent;
using Branchline.Server.Mutations.Branches;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Replication.Pace;

/// <summary>
/// Which lanes are open, and how much may pass in each with a master. A lane that has no room or is closed is passed over, so it holds up no other; the
/// follower comes back when it may go on.
/// </summary>
internal sealed class LanePace(IOptions<ReplicationOptions> options, TimeProvider time)
{
    private readonly Dictionary<string, LaneWindow> _windows = Lanes.InOrder.Where(lane => Of(options, lane)?.Window is not null)
        .ToDictionary(lane => lane, lane => LaneWindow.TryParse(Of(options, lane)!.Window!, out var window) ? window : default, StringComparer.Ordinal);

    private readonly TimeZoneInfo? _zone = options.Value.LaneTimeZone is { } zone ? TimeZoneInfo.FindSystemTimeZoneById(zone) : null;
    private readonly Lock _lock = new();

    // Under the lock: made when a master is first asked about.
    private readonly Dictionary<(string Master, string Lane), LaneBucket> _buckets = [];

    // Masters with which a forced round runs; rounds with one run one after the other.
    private readonly ConcurrentDictionary<string, byte> _forced = new(StringComparer.Ordinal);

    // Lanes that had no room when they were last looked at.
    private readonly ConcurrentDictionary<(string Master, string Lane), byte> _waiting = new();

    public LaneOptions? Of(string lane) => Of(options, lane);

    /// <summary>Whether only so much may pass in the lane: then nothing is asked for ahead of its turn.</summary>
    public bool HasRate(string lane) => Of(lane)?.MaxChangesPerSecond is not null;

    /// <summary>When the lane opens; null while it is open.</summary>
    public DateTimeOffset? ClosedUntil(string lane) => _windows.TryGetValue(lane, out var window) ? window.ClosedUntil(time.GetUtcNow(), _zone ?? time.LocalTimeZone) : null;

    /// <summary>Whether a round with the master takes the lane.</summary>
    public bool IsOpen(string master, string lane) => _forced.ContainsKey(master) || ClosedUntil(lane) is null;

    /// <summary>How many changes may pass now, of as many as would.</summary>
    public int Room(string master, string lane, int most)
    {
        if (_forced.ContainsKey(master) || Of(lane)?.MaxChangesPerSecond is null)
        {
            return most;
        }

        lock (_lock)
        {
            var room = Math.Min(most, BucketOf(master, lane).Room);
            _ = room == 0 ? _waiting.TryAdd((master, lane), 0) : _waiting.TryRemove((master, lane), out _);
            return room;
        }
    }

    /// <summary>So many passed.</summary>
    public void Spend(string master, string lane, int changes)
    {
        if (!_forced.ContainsKey(master) && Of(lane)?.MaxChangesPerSecond is not null)
        {
            lock (_lock)
            {
                BucketOf(master, lane).Spend(changes);
            }
        }
    }

    /// <summary>After which time a lane may do something that it cannot do now; null when nothing waits for time to go by.</summary>
    public TimeSpan? Next(string master)
    {
        var opening = Lanes.InOrder.Select(ClosedUntil).OfType<DateTimeOffset>().Select(opens => opens - time.GetUtcNow());
        lock (_lock)
        {
            // A lane that has no room then, either, is noted again.
            var waiting = _waiting.Keys.Where(key => key.Master == master && _waiting.TryRemove(key, out _)).ToArray();
            TimeSpan[] all = [.. opening, .. waiting.Select(key => BucketOf(key.Master, key.Lane).UntilFull)];
            return all.Length == 0 ? null : TimeSpan.FromTicks(Math.Max(all.Min().Ticks, TimeSpan.TicksPerMillisecond));
        }
    }

    /// <summary>Until it is disposed of nothing holds the master's lanes back.</summary>
    public IDisposable? Force(string master, bool isForced)
    {
        if (!isForced)
        {
            return null;
        }

        _forced[master] = 0;
        return new Forcing(() => _forced.TryRemove(master, out _));
    }

    private LaneBucket BucketOf(string master, string lane)
    {
        if (!_buckets.TryGetValue((master, lane), out var bucket))
        {
            _buckets[(master, lane)] = bucket = new LaneBucket(Of(lane)!.MaxChangesPerSecond!.Value, time);
        }

        return bucket;
    }

    private static LaneOptions? Of(IOptions<ReplicationOptions> options, string lane) => options.Value.Lanes.GetValueOrDefault(lane);

    private sealed class Forcing(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
