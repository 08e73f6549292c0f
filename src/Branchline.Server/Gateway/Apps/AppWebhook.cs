using System.ComponentModel.DataAnnotations;

namespace Branchline.Server.Gateway.Apps;

/// <summary>An address that is told what happens in an app's channels.</summary>
public sealed record AppWebhook
{
    /// <summary>Where the events are posted, http or https. Private addresses are fine: the backend stands beside the node.</summary>
    [Required]
    [Url]
    public string Url { get; init; } = "";

    /// <summary>Which events: <c>channel_occupied</c>, <c>member_added</c> and so on. The default is all.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>Only channels whose names begin so. The default is all.</summary>
    public string? ChannelPrefix { get; init; }

    /// <summary>Headers sent along, for a backend behind a gate of its own. Not shown anywhere.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The address only; a header may be a secret.</summary>
    public override string ToString() => Url;
}
