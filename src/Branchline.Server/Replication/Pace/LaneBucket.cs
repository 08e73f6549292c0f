namespace Branchline.Server.Replication.Pace;

/// <summary>Tokens for a second at most, which come back evenly. What was taken beyond them is owed first. Under the caller's lock.</summary>
internal sealed class LaneBucket(int perSecond, TimeProvider time)
{
    private double _tokens = perSecond;
    private long _at = time.GetTimestamp();

    /// <summary>How many changes may pass now.</summary>
    public int Room
    {
        get
        {
            Refill();
            return Math.Max(0, (int)_tokens);
        }
    }

    /// <summary>Until it is full: what comes then is a batch and not a drop.</summary>
    public TimeSpan UntilFull
    {
        get
        {
            Refill();
            return TimeSpan.FromSeconds((perSecond - _tokens) / perSecond);
        }
    }

    public void Spend(int changes)
    {
        Refill();
        _tokens -= changes;
    }

    private void Refill()
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(perSecond, _tokens + (time.GetElapsedTime(_at, now).TotalSeconds * perSecond));
        _at = now;
    }
}
