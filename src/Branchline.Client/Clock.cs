using Branchline.Protocol;

namespace Branchline.Client;

/// <summary>This device's idea of the node's time: its own clock, corrected at each contact.</summary>
internal sealed class Clock(TimeProvider time)
{
    // A stamp this far ahead of the node was made by a wrong clock and is not followed.
    private static readonly TimeSpan FurthestAhead = TimeSpan.FromMinutes(5);

    // Written by the sync loop and the store's writer, read by everybody.
    private readonly Lock _gate = new();
    private TimeSpan _offset;
    private (long Ms, int Counter) _seen;

    /// <summary>This device's clock as it is.</summary>
    public DateTimeOffset Raw => time.GetUtcNow();

    public DateTimeOffset Now
    {
        get
        {
            lock (_gate)
            {
                return time.GetUtcNow() + _offset;
            }
        }
    }

    /// <summary>Takes the node's time from an answer; <paramref name="askedAt"/> is this device's own clock when it asked.</summary>
    public void Correct(DateTimeOffset nodeTime, DateTimeOffset askedAt)
    {
        lock (_gate)
        {
            _offset = nodeTime - (askedAt + ((time.GetUtcNow() - askedAt) / 2));
        }
    }

    /// <summary>The next own stamp is later than this one.</summary>
    public void Observe(Stamp stamp)
    {
        lock (_gate)
        {
            var isSane = stamp.Milliseconds <= (time.GetUtcNow() + _offset + FurthestAhead).ToUnixTimeMilliseconds();
            if (isSane && (stamp.Milliseconds, stamp.Counter).CompareTo(_seen) > 0)
            {
                _seen = (stamp.Milliseconds, stamp.Counter);
            }
        }
    }

    /// <summary>The next time after <paramref name="last"/> and after everything seen. Never backwards, whatever the clock does.</summary>
    public (long Ms, int Counter) Next((long Ms, int Counter) last)
    {
        lock (_gate)
        {
            var now = (time.GetUtcNow() + _offset).ToUnixTimeMilliseconds();
            var latest = last.CompareTo(_seen) > 0 ? last : _seen;

            // A stamp far ahead of the node's time was made while this clock was wrong; the node stamps such writes anew.
            if (latest.Ms > now + (long)FurthestAhead.TotalMilliseconds)
            {
                latest = default;
            }

            if (now > latest.Ms)
            {
                return (now, 0);
            }

            return latest.Counter < Stamp.MaxCounter ? (latest.Ms, latest.Counter + 1) : (latest.Ms + 1, 0);
        }
    }
}
