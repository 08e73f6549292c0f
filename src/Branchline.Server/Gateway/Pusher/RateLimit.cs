namespace Branchline.Server.Gateway.Pusher;

/// <summary>So many in a window of time, counted from the first of them. Used by one connection's reading loop only.</summary>
internal sealed class RateLimit(int most, TimeSpan window, TimeProvider time)
{
    private long _since;
    private int _count;

    /// <summary>Counts one more; false when it is one too many. A limit of 0 is none.</summary>
    public bool TryTake()
    {
        if (most == 0)
        {
            return true;
        }

        if (_count == 0 || time.GetElapsedTime(_since) >= window)
        {
            _since = time.GetTimestamp();
            _count = 0;
        }

        return ++_count <= most;
    }
}
