using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace Branchline.Server.Gateway.Apps;

/// <summary>An address that is told what happens in an app's channels.</summary>
public sealed partial record AppWebhook : IValidatableObject
{
    /// <summary>Where the events are posted, http or https. Private addresses are fine: the backend stands beside the node.</summary>
    [Required]
    public string Url { get; init; } = "";

    /// <summary>Which events: <c>channel_occupied</c>, <c>member_added</c> and so on. The default is all.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>Only channels whose names begin so. The default is all.</summary>
    public string? ChannelPrefix { get; init; }

    /// <summary>Headers sent along, for a backend behind a gate of its own. Not shown anywhere.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>What <see cref="Events"/> may name.</summary>
    internal static IReadOnlyList<string> Known { get; } =
    [
        "channel_occupied", "channel_vacated", "member_added", "member_removed", "client_event", "cache_miss", "subscription_count",
    ];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            yield return new ValidationResult("A webhook's address begins with http:// or https://", [nameof(Url)]);
        }
        else if (address.UserInfo.Length > 0)
        {
            yield return new ValidationResult("A password does not stand in a webhook's address, where logs show it; use a header", [nameof(Url)]);
        }

        if (Events.FirstOrDefault(name => !Known.Contains(name)) is { } unknown)
        {
            yield return new ValidationResult($"There is no event \"{unknown}\"; use {string.Join(", ", Known)}", [nameof(Events)]);
        }

        if (Headers.FirstOrDefault(header => !IsGood(header.Key, header.Value)) is { Key: { } name })
        {
            yield return new ValidationResult($"The header \"{name}\" is the protocol's own, or not one that can be sent", [nameof(Headers)]);
        }
    }

    /// <summary>The address only; a header may be a secret.</summary>
    public override string ToString() => Url;

    private static bool IsGood(string name, string? value) =>
        HeaderName().IsMatch(name)
        && !name.StartsWith("X-Pusher-", StringComparison.OrdinalIgnoreCase)
        && !name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
        && !new[] { "Host", "Connection", "Transfer-Encoding" }.Contains(name, StringComparer.OrdinalIgnoreCase)
        && value?.All(letter => letter is >= ' ' and <= '~') is true;

    [GeneratedRegex("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")]
    private static partial Regex HeaderName();
}
