using Branchline.Protocol;

namespace Branchline.Server.Mutations;

/// <summary>The node's hybrid logical clock: never goes backwards, and never behind a stamp it has accepted.</summary>
public sealed class NodeClock(TimeProvider time)
{
    private readonly Lock _lock = new();
    private long _milliseconds;
    private int _counter;

    /// <summary>How far ahead of the node a device's stamp may be before the node puts its own in its place. The default is 5 minutes.</summary>
    public static TimeSpan MostAhead { get; } = TimeSpan.FromMinutes(5);

    /// <summary>The latest time given or accepted, in milliseconds; kept with each commit.</summary>
    internal long Latest
    {
        get
        {
            lock (_lock)
            {
                return _milliseconds;
            }
        }
    }

    /// <summary>Goes on after the latest time of the process before, which may have accepted stamps ahead of the clock on the wall.</summary>
    internal void ContinueAfter(long milliseconds)
    {
        lock (_lock)
        {
            if (milliseconds >= _milliseconds)
            {
                (_milliseconds, _counter) = (milliseconds + 1, 0);
            }
        }
    }

    /// <summary>A clock that goes on from here by itself: what a dry run accepts, the node does not hear of.</summary>
    internal NodeClock Copy()
    {
        lock (_lock)
        {
            return new NodeClock(time) { _milliseconds = _milliseconds, _counter = _counter };
        }
    }

    /// <summary>A stamp later than every one before.</summary>
    public Stamp Next(DeviceId device)
    {
        lock (_lock)
        {
            Advance(time.GetUtcNow().ToUnixTimeMilliseconds());
            return new Stamp(_milliseconds, _counter, device);
        }
    }

    /// <summary>
    /// The stamp itself, or one of the node's when the device's clock is too far ahead: a wrong clock cannot win an argument. Where this clock itself is as
    /// far ahead of the one on the wall, which was wrong before, what arrives is later than what was written then, whatever its stamp.
    /// </summary>
    public Stamp Accept(Stamp claimed)
    {
        var latest = time.GetUtcNow().ToUnixTimeMilliseconds() + (long)MostAhead.TotalMilliseconds;
        lock (_lock)
        {
            if (claimed.Milliseconds > latest || _milliseconds > latest)
            {
                return Next(claimed.Device);
            }

            if ((claimed.Milliseconds, claimed.Counter).CompareTo((_milliseconds, _counter)) > 0)
            {
                (_milliseconds, _counter) = (claimed.Milliseconds, claimed.Counter);
            }
        }

        return claimed;
    }

    /// <summary>A stamp that another node has accepted: those made here from now on are later, however this clock goes.</summary>
    internal void Hear(Stamp accepted)
    {
        lock (_lock)
        {
            if ((accepted.Milliseconds, accepted.Counter).CompareTo((_milliseconds, _counter)) > 0)
            {
                (_milliseconds, _counter) = (accepted.Milliseconds, accepted.Counter);
            }
        }
    }

    private void Advance(long now)
    {
        if (now > _milliseconds)
        {
            (_milliseconds, _counter) = (now, 0);
            return;
        }

        _counter++;
        if (_counter > Stamp.MaxCounter)
        {
            (_milliseconds, _counter) = (_milliseconds + 1, 0);
        }
    }
}
