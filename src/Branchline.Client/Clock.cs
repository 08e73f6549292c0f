using System.Globalization;
using Branchline.Client.Store;
using Branchline.Protocol;

namespace Branchline.Client;

/// <summary>
/// This device's idea of the node's time: its own clock, corrected at each contact, and never before what it has heard from the node, in this
/// life of the program or in one before.
/// </summary>
internal sealed class Clock(TimeProvider time)
{
    // A stamp this far ahead of the node was made by a wrong clock and is not followed.
    private static readonly TimeSpan FurthestAhead = TimeSpan.FromMinutes(5);

    // Written by the sync loop and the store's writer, read by everybody.
    private readonly Lock _gate = new();
    private TimeSpan _offset;
    private (long Ms, int Counter) _heard;

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

    /// <summary>Goes on after what a program before this one had heard.</summary>
    public void Continue(Database database)
    {
        if (KeptValues.Find(database, KeptValues.Heard)?.Split('.') is [var ms, var counter])
        {
            Hear((long.Parse(ms, CultureInfo.InvariantCulture), int.Parse(counter, CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>Keeps what was heard, in the transaction that takes what was heard with it.</summary>
    public void Keep(Database database)
    {
        lock (_gate)
        {
            KeptValues.Save(database, KeptValues.Heard, string.Create(CultureInfo.InvariantCulture, $"{_heard.Ms}.{_heard.Counter}"));
        }
    }

    /// <summary>Takes the node's time from an answer; <paramref name="askedAt"/> is this device's own clock when it asked.</summary>
    public void Correct(DateTimeOffset nodeTime, DateTimeOffset askedAt)
    {
        lock (_gate)
        {
            _offset = nodeTime - (askedAt + ((time.GetUtcNow() - askedAt) / 2));

            // The node's own clock may have been wrong when it was heard before: what is far ahead of it now is forgotten.
            var node = nodeTime.ToUnixTimeMilliseconds();
            _heard = _heard.Ms > node + (long)FurthestAhead.TotalMilliseconds ? (node, 0) : _heard;
            Hear((node, 0));
        }
    }

    /// <summary>The next own stamp is later than this one.</summary>
    public void Observe(Stamp stamp)
    {
        lock (_gate)
        {
            var isSane = stamp.Milliseconds <= (time.GetUtcNow() + _offset + FurthestAhead).ToUnixTimeMilliseconds();
            if (isSane)
            {
                Hear((stamp.Milliseconds, stamp.Counter));
            }
        }
    }

    /// <summary>
    /// The next time after <paramref name="last"/>, this device's last stamp, and after everything heard. <paramref name="isUnsent"/>: what bears
    /// that stamp still waits. Never backwards, whatever the clock does, except behind an own stamp in whose place the node has put another.
    /// </summary>
    public (long Ms, int Counter) Next((long Ms, int Counter) last, bool isUnsent)
    {
        lock (_gate)
        {
            var now = Math.Max((time.GetUtcNow() + _offset).ToUnixTimeMilliseconds(), _heard.Ms);

            // A stamp far ahead of the node's time was made while this clock was wrong; the node has put its own in its place. As long as it
            // has not, what comes after has to be later still, so that it is stamped anew as well, after that one.
            var isOfWrongClock = last.Ms > now + (long)FurthestAhead.TotalMilliseconds;
            var latest = (isOfWrongClock && !isUnsent) || _heard.CompareTo(last) > 0 ? _heard : last;
            if (now > latest.Ms)
            {
                return (now, 0);
            }

            return latest.Counter < Stamp.MaxCounter ? (latest.Ms, latest.Counter + 1) : (latest.Ms + 1, 0);
        }
    }

    private void Hear((long Ms, int Counter) time)
    {
        lock (_gate)
        {
            _heard = time.CompareTo(_heard) > 0 ? time : _heard;
        }
    }
}
