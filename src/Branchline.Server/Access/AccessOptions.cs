using System.ComponentModel.DataAnnotations;

namespace Branchline.Server.Access;

/// <summary>How people get in. Section <c>Branchline:Access</c>.</summary>
public sealed class AccessOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Branchline:Access";

    /// <summary>A session ends when it was not used for so long. The default is 30 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "400.00:00:00")]
    public TimeSpan SessionLifetime { get; init; } = TimeSpan.FromDays(30);

    /// <summary>The shortest password that is taken. The default is 8.</summary>
    [Range(4, 128)]
    public int PasswordLength { get; init; } = 8;

    /// <summary>Failed sign-ins for one e-mail within the window until it must wait. The default is 10.</summary>
    [Range(1, 1_000_000)]
    public int FailuresPerEmail { get; init; } = 10;

    /// <summary>Failed sign-ins from one network address within the window until it must wait. The default is 50.</summary>
    [Range(1, 1_000_000)]
    public int FailuresPerAddress { get; init; } = 50;

    /// <summary>How long a failed sign-in counts. The default is 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan FailureWindow { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Other origins whose pages may use this node with a person's session, such as https://shop.example. By default none.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];
}
