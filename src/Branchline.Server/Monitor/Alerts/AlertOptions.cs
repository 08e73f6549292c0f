using System.ComponentModel.DataAnnotations;

namespace Branchline.Server.Monitor.Alerts;

/// <summary>When somebody is told that something is wrong, and where. Section <c>Branchline:Alerts</c>.</summary>
public sealed class AlertOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Branchline:Alerts";

    /// <summary>How often is looked. The default is 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Rounds in a row that fail before a link is called failed. The default is 5.</summary>
    [Range(1, 1000)]
    public int Failures { get; init; } = 5;

    /// <summary>How long a branch may be silent. The default is 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "7.00:00:00")]
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long something may wait to go up. The default is 15 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "7.00:00:00")]
    public TimeSpan QueueAge { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How far the clocks of two nodes may be apart. The default is 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan Skew { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many bytes must be free where the data is. The default is 1 GB.</summary>
    [Range(0L, 1L << 50)]
    public long DiskFree { get; init; } = 1L << 30;

    /// <summary>Where alerts are posted as JSON; none by default.</summary>
    public string? WebhookUrl { get; init => field = string.IsNullOrWhiteSpace(value) ? null : value.Trim(); }

    /// <summary>What posts are signed with; needed with an address.</summary>
    public string? WebhookSecret { get; init => field = string.IsNullOrWhiteSpace(value) ? null : value.Trim(); }

    /// <summary>How long an answer to a post may take. The default is 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:02:00")]
    public TimeSpan WebhookTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For how long a post is tried. The default is an hour.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan WebhookRetryFor { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The pause after the first failure; each further one is twice as long, up to a minute. The default is 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")]
    public TimeSpan WebhookFirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (WebhookUrl is not { } url)
        {
            yield break;
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            yield return new ValidationResult($"{Section}:{nameof(WebhookUrl)} is an address such as https://example.org/alerts, or empty");
        }

        if (WebhookSecret is null)
        {
            yield return new ValidationResult($"{Section}:{nameof(WebhookSecret)} is missing: posts to {nameof(WebhookUrl)} are signed with it");
        }
    }
}
