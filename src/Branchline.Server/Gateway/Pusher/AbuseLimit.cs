namespace Branchline.Server.Gateway.Pusher;

/// <summary>Counts one connection's invalid messages: ten within a minute are too many. Used by its reading loop only.</summary>
internal sealed class AbuseLimit(TimeProvider time)
{
    private const int Most = 10;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private long _since;
    private int _count;

    /// <summary>Counts one more.</summary>
    public bool IsReached()
    {
        if (_count == 0 || time.GetElapsedTime(_since) > Window)
        {
            _since = time.GetTimestamp();
            _count = 0;
        }

        return ++_count >= Most;
    }
}
