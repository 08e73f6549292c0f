using System.ComponentModel.DataAnnotations;

namespace Branchline.Server.Monitor;

/// <summary>Where the node's figures are read as plain text. Section <c>Branchline:Metrics</c>.</summary>
public sealed class MetricsOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Branchline:Metrics";

    /// <summary>
    /// A listener of its own, which serves <c>/metrics</c> and nothing else. The default is http://127.0.0.1:9601: nobody but this machine. Empty
    /// switches it off.
    /// </summary>
    public string Url { get; init; } = "http://127.0.0.1:9601";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Url.Length > 0 && !(Uri.TryCreate(Url.Replace("*", "any", StringComparison.Ordinal), UriKind.Absolute, out var url)
            && url is { Scheme: "http", PathAndQuery: "/" }))
        {
            yield return new ValidationResult($"{Section}:{nameof(Url)} is an address such as http://127.0.0.1:9601, or empty");
        }
    }
}
