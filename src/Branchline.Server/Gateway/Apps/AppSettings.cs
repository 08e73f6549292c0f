using System.ComponentModel.DataAnnotations;

namespace Branchline.Server.Gateway.Apps;

/// <summary>
/// A realtime app as it is set up: section <c>Branchline:App</c> for the business's own, each of <c>Branchline:Apps</c>
/// for a further one, and what an administrator saved.
/// </summary>
public sealed record AppSettings
{
    /// <summary>What an id and a key are made of.</summary>
    internal const string Word = @"[A-Za-z0-9_.\-]{1,100}";

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

    /// <summary>How much it may use.</summary>
    public AppLimits Limits { get; init; } = new();

    /// <summary>Who is told what happens in its channels. The default is nobody.</summary>
    public IReadOnlyList<AppWebhook> Webhooks { get; init; } = [];

    /// <summary>The app they make.</summary>
    internal RealtimeApp ToApp(TimeProvider time) => new(Id!, Key!, new AppSecrets(time, [new AppSecret(Secret!), .. PreviousSecrets.Select(Endless)]))
    {
        Name = Name ?? Id!,
        Enabled = Enabled,
        AllowedOrigins = AllowedOrigins,
        ClientEvents = ClientEvents,
        SubscriptionCount = SubscriptionCount,
        Limits = Limits,
        Webhooks = Webhooks,
    };

    /// <summary>Never shows a secret.</summary>
    public override string ToString() =>
        $"{Id ?? "(id made)"}: enabled {Enabled}, client events {ClientEvents}, subscription count {SubscriptionCount}, "
        + $"origins [{string.Join(", ", AllowedOrigins)}], webhooks [{string.Join(", ", Webhooks)}], {Limits}";

    // Good for as long as the configuration names it.
    private static AppSecret Endless(string value) => new(value);
}
