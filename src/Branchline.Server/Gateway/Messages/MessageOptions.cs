using System.ComponentModel.DataAnnotations;

namespace Branchline.Server.Gateway.Messages;

/// <summary>Messages to people, who may be away. Section <c>Branchline:Messages</c>.</summary>
public sealed class MessageOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Branchline:Messages";

    /// <summary>How many messages are kept for each person; the oldest go. The default is 200.</summary>
    [Range(1, 100_000)]
    public int KeepMost { get; init; } = 200;

    /// <summary>How long a message is kept. The default is 7 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The largest message, in bytes. The default is 16 KB.</summary>
    [Range(64, 1024 * 1024)]
    public int MaxBytes { get; init; } = 16 * 1024;
}
