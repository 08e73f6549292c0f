using System.ComponentModel.DataAnnotations;

namespace Branchline.Server.Gateway.Apps;

/// <summary>
/// A realtime app as it is set up: section <c>Branchline:App</c> for the business's own, each of <c>Branchline:Apps</c>
/// for a further one, and what an administrator saved.
/// </summary>
public sealed record AppSettings : IValidatableObject
{
    /// <summary>What an id and a key are made of.</summary>
    internal const string Word = @"[A-Za-z0-9_.\-]{1,100}";

    private const int KeyBytes = 32;

    /// <summary>Names the app in the HTTP API; made when not given.</summary>
    [RegularExpression(Word, ErrorMessage = "An app's id is made of A-Z a-z 0-9 _ . -")]
    public string? Id { get; init => field = value?.Trim(); }

    /// <summary>What clients connect with; made when not given.</summary>
    [RegularExpression(Word, ErrorMessage = "An app's key is made of A-Z a-z 0-9 _ . -")]
    public string? Key { get; init => field = value?.Trim(); }

    /// <summary>What backends sign with.</summary>
    public string? Secret { get; init => field = value?.Trim(); }

    /// <summary>Secrets that were in force before and are still believed.</summary>
    public IReadOnlyList<string> PreviousSecrets { get; init; } = [];

    /// <summary>
    /// The master key of encrypted channels, 32 bytes in Base64, when a backend boxes events with it, too. Of the own app also
    /// <c>PUSHER_ENCRYPTION_MASTER_KEY_BASE64</c>. By default a key that follows from the secret.
    /// </summary>
    public string? EncryptionSecret { get; init => field = value?.Trim(); }

    /// <summary>What people call it. The default is its id.</summary>
    [MaxLength(200)]
    public string? Name { get; init; }

    /// <summary>Whether anybody may connect and publish. The default is true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Origins whose pages may connect, such as https://shop.example. The default is any.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Whether clients may send events to each other. The default is true.</summary>
    public bool ClientEvents { get; init; } = true;

    /// <summary>Whether subscribers are told how many they are. The default is false.</summary>
    public bool SubscriptionCount { get; init; }

    /// <summary>How long a rotated secret is still believed; of the own app, for all. The default is 24 hours.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan SecretGrace { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How much it may use.</summary>
    public AppLimits Limits { get; init; } = new();

    /// <summary>Who is told what happens in its channels. The default is nobody.</summary>
    public IReadOnlyList<AppWebhook> Webhooks { get; init; } = [];

    /// <summary>The current secret and the previous ones; these are good for as long as they are named.</summary>
    internal IEnumerable<AppSecret> Secrets => [new AppSecret(Secret!), .. PreviousSecrets.Select(value => new AppSecret(value))];

    /// <summary>The app they make.</summary>
    internal RealtimeApp ToApp(AppSecrets secrets) => new(Id!, Key!, secrets)
    {
        Name = Name ?? Id!,
        EncryptionKey = EncryptionSecret is { Length: > 0 } key ? Convert.FromBase64String(key) : null,
        Enabled = Enabled,
        AllowedOrigins = AllowedOrigins,
        ClientEvents = ClientEvents,
        SubscriptionCount = SubscriptionCount,
        Limits = Limits,
        Webhooks = Webhooks,
    };

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Webhooks.GroupBy(webhook => webhook.Url, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            yield return new ValidationResult($"The webhook {twice.Key} is named twice", [nameof(Webhooks)]);
        }

        if (EncryptionSecret is { Length: > 0 } key && !IsKey(key))
        {
            yield return new ValidationResult($"An encryption key is {KeyBytes} bytes in Base64", [nameof(EncryptionSecret)]);
        }

        if (AllowedOrigins.FirstOrDefault(origin => !IsOrigin(origin)) is { } wrong)
        {
            yield return new ValidationResult($"\"{wrong}\" is no origin such as https://shop.example", [nameof(AllowedOrigins)]);
        }
    }

    /// <summary>Never shows a secret.</summary>
    public override string ToString() =>
        $"{Id ?? "(id made)"}: enabled {Enabled}, client events {ClientEvents}, subscription count {SubscriptionCount}, "
        + $"origins [{string.Join(", ", AllowedOrigins)}], webhooks [{string.Join(", ", Webhooks)}], {Limits}";

    private static bool IsKey(string text)
    {
        Span<byte> bytes = stackalloc byte[KeyBytes + 1];
        return Convert.TryFromBase64String(text, bytes, out var length) && length == KeyBytes;
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var origin) && origin.Host.Length > 0 && origin.AbsolutePath == "/";
}
