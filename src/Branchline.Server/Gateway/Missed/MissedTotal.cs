using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Gateway.Missed;

/// <summary>
/// What the node remembers of all channels together, and its bound: beyond it, what was used longest ago is forgotten first, whole. Then whoever
/// missed some of that is told so.
/// </summary>
internal sealed class MissedTotal(IOptions<MissedOptions> options, TimeProvider time)
{
    /// <summary>Forgotten is down to this part, so that not every event has to look for room.</summary>
    private const double DownTo = 0.9;
    private static readonly TimeSpan FeedKeptFor = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<MissedShare, byte> _shares = new();
    private readonly Lock _forgetting = new();
    private long _bytes;
    private long _forgotten;
    private long _reads;

    public MissedOptions Options => options.Value;

    /// <summary>Bytes remembered at this moment.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>How often something was forgotten because the whole was too much.</summary>
    public long Forgotten => Volatile.Read(ref _forgotten);

    /// <summary>How often the feed was read for clients who come back.</summary>
    public long Reads => Volatile.Read(ref _reads);

    public void CountRead() => Interlocked.Increment(ref _reads);

    /// <summary>A part that grows and shrinks; <paramref name="forget"/> empties it, and is called while nothing is held.</summary>
    public MissedShare Open(Action forget, bool isFromFeed = false)
    {
        var share = new MissedShare(this, forget, isFromFeed, time.GetTimestamp());
        _shares[share] = 0;
        return share;
    }

    /// <summary>Takes note that a part grew, shrank or was used.</summary>
    public void Note(MissedShare share, long bytes)
    {
        share.Add(bytes, time.GetTimestamp());
        Interlocked.Add(ref _bytes, bytes);
    }

    public void Close(MissedShare share)
    {
        if (_shares.TryRemove(share, out _))
        {
            Interlocked.Add(ref _bytes, -share.Bytes);
        }
    }

    /// <summary>Forgets until the whole is within its bound. Called by whoever remembered something, when they hold no channel's gate.</summary>
    public void Keep()
    {
        if (Bytes <= Options.TotalBytes || !_forgetting.TryEnter())
        {
            return;
        }

        try
        {
            foreach (var share in _shares.Keys.Where(share => share.Bytes > 0).OrderBy(share => share.UsedAt).ToList())
            {
                if (Bytes <= Options.TotalBytes * DownTo)
                {
                    return;
                }

                share.Forget();
                Interlocked.Increment(ref _forgotten);
            }
        }
        finally
        {
            _forgetting.Exit();
        }
    }

    /// <summary>What was read from the feed is there for a crowd that comes back together, and not for longer.</summary>
    public void Tidy()
    {
        foreach (var (share, _) in _shares)
        {
            if (share.IsFromFeed && time.GetElapsedTime(share.UsedAt) > FeedKeptFor)
            {
                share.Forget();
            }
        }
    }
}

/// <summary>One channel's part of <see cref="MissedTotal"/>. Written by whoever holds what it counts; read by whoever looks for room.</summary>
internal sealed class MissedShare(MissedTotal total, Action forget, bool isFromFeed, long usedAt)
{
    private long _bytes;
    private long _usedAt = usedAt;

    public bool IsFromFeed => isFromFeed;

    public long Bytes => Volatile.Read(ref _bytes);

    public long UsedAt => Volatile.Read(ref _usedAt);

    public void Add(long bytes, long now)
    {
        Interlocked.Add(ref _bytes, bytes);
        Volatile.Write(ref _usedAt, now);
    }

    public void Forget() => forget();

    public void Note(long bytes) => total.Note(this, bytes);

    public void Close() => total.Close(this);
}
