using System.ComponentModel.DataAnnotations;

namespace Branchline.Server.Gateway.Missed;

/// <summary>What the node remembers for Pusher clients that come back and ask what they missed. Section <c>Branchline:Missed</c>.</summary>
public sealed class MissedOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Branchline:Missed";

    /// <summary>How long a client may be away. The default is 2 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Events remembered of one channel. The default is 1,000.</summary>
    [Range(1, 1_000_000)]
    public int Most { get; init; } = 1000;

    /// <summary>Bytes remembered of one channel. The default is 1 MB.</summary>
    [Range(1024, 1024 * 1024 * 1024)]
    public int MostBytes { get; init; } = 1024 * 1024;

    /// <summary>Bytes remembered of all channels together, with what was read from the feed for clients who come back; what was used longest ago is forgotten first. The default is 64 MB.</summary>
    [Range(65536, 64L * 1024 * 1024 * 1024)]
    public long TotalBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Events that one client is brought from the feed, on a channel fed from tables; who missed more loads its rows anew. The default is 5,000.</summary>
    [Range(1, 1_000_000)]
    public int MostFromFeed { get; init; } = 5000;
}
