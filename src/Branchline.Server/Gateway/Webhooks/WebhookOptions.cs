using System.ComponentModel.DataAnnotations;

namespace Branchline.Server.Gateway.Webhooks;

/// <summary>How backends are told what happens in channels. Section <c>Branchline:Webhooks</c>.</summary>
public sealed class WebhookOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Branchline:Webhooks";

    /// <summary>How long a channel must stay empty, or a member away, before it is told: reloading a page says nothing. The default is 3 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan HoldTime { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>For how long after a cache miss the same channel's further ones are not told. The default is 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan CacheMissQuiet { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an event waits for others to travel with. The default is 100 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan BatchTime { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Events in one call. The default is 50.</summary>
    [Range(1, 1000)]
    public int BatchSize { get; init; } = 50;

    /// <summary>How long an endpoint may take to answer. The default is 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:02:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For how long an event is tried. The default is 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The pause after the first failure; each further one is twice as long. The default is 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:10:00")]
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause. The default is 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "01:00:00")]
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Failures in a row after which an endpoint is called dead; it is tried on. The default is 5.</summary>
    [Range(1, 1000)]
    public int FailuresUntilDead { get; init; } = 5;

    /// <summary>Events that may wait for one endpoint. The default is 10,000.</summary>
    [Range(1, 1_000_000)]
    public int QueueCapacity { get; init; } = 10_000;

    /// <summary>Bytes of client events that may wait for one endpoint. The default is 64 MB.</summary>
    [Range(1024, 1L << 32)]
    public long QueueBytes { get; init; } = 64 * 1024 * 1024;
}
