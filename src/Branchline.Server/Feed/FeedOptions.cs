using System.ComponentModel.DataAnnotations;

namespace Branchline.Server.Feed;

/// <summary>How long the feed is kept as it was written, and how it is shortened then. Section <c>Branchline:Feed</c>.</summary>
public sealed class FeedOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Branchline:Feed";

    /// <summary>How long every change stays as it was written. Then a row's changes become one in each scope. The default is 30 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan KeepLog { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long is told that a row was deleted or left a scope. A device that was away longer fetches its rows anew. The default is 180 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan KeepTombstones { get; init; } = TimeSpan.FromDays(180);

    /// <summary>For how long since it was last heard of a device keeps what it has not read from being purged. The default is 365 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan HoldForDevices { get; init; } = TimeSpan.FromDays(365);

    /// <summary>For how long since its last chunk a snapshot keeps the log from the change at which it began. The default is 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan HoldForSnapshots { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whoever begins a snapshot within so long of another begins where that one did. The default is 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ShareSnapshots { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes of snapshot chunks kept in memory for the next who asks. The default is 64 MB.</summary>
    [Range(0, 1L << 34)]
    public long SnapshotBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Ready database files kept on the disk at most, each for readers who may see the same. With 0 none are made. The default is 16.</summary>
    [Range(0, 10_000)]
    public int ReadyFiles { get; init; } = 16;

    /// <summary>Bytes of the disk that ready database files take at most, all together. The default is 4 GB.</summary>
    [Range(0, 1L << 44)]
    public long ReadyFileBytes { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>Pause between two rounds of compaction. The default is 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Pause between two pieces of a round, which is the tills'. The default is a tenth of a second.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Entries in one piece, which is one commit. The default is 500.</summary>
    [Range(1, 10_000)]
    public int BatchSize { get; init; } = 500;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (KeepTombstones < KeepLog)
        {
            yield return new ValidationResult($"{Section}:{nameof(KeepTombstones)} is at least {Section}:{nameof(KeepLog)}");
        }
    }
}
