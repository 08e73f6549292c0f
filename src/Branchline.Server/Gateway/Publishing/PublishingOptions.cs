using System.ComponentModel.DataAnnotations;

namespace Branchline.Server.Gateway.Publishing;

/// <summary>What backends may ask over HTTP. Section <c>Branchline:Publishing</c>.</summary>
public sealed class PublishingOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Branchline:Publishing";

    /// <summary>How far a backend's clock may be from ours. The default is 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan SignatureWindow { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The largest request, in bytes. The default is 2 MB: a full batch of events of the usual size.</summary>
    [Range(1024, 1024 * 1024 * 1024)]
    public int MaxRequest { get; init; } = 2 * 1024 * 1024;
}
