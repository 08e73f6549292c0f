using System.Text.Json.Serialization;
using Branchline.Server.Gateway.Apps;

namespace Branchline.Server.Gateway.AppAdmin;

/// <summary>A realtime app as administrators see it. The secret is told once: when it was made, given or rotated.</summary>
internal sealed record AppReply(string Id, string Key, string Name, bool Enabled)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Secret { get; init; }

    /// <summary>Whether it is the business's own, which carries the table events.</summary>
    public bool IsOwn { get; init; }

    /// <summary>Whether the configuration has the last word on its settings.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Whether its secret can be rotated here.</summary>
    public bool MayRotate { get; init; }

    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    public bool ClientEvents { get; init; }

    public bool SubscriptionCount { get; init; }

    public required AppLimits Limits { get; init; }

    public IReadOnlyList<WebhookReply> Webhooks { get; init; } = [];

    /// <summary>Until when secrets before the current one are believed.</summary>
    public IReadOnlyList<DateTimeOffset> PreviousSecretsUntil { get; init; } = [];

    /// <summary>Never shows the secret.</summary>
    public override string ToString() => $"app {Id}, key {Key}";

    public static AppReply Of(RealtimeApp app, ConfiguredApps configured, string? secret = null) => new(app.Id, app.Key, app.Name, app.Enabled)
    {
        Secret = secret,
        IsOwn = app.Id == configured.Own.Id,
        IsReadOnly = configured.IsFixed(app.Id),
        MayRotate = configured.MayRotate(app.Id),
        AllowedOrigins = app.AllowedOrigins,
        ClientEvents = app.ClientEvents,
        SubscriptionCount = app.SubscriptionCount,
        Limits = app.Limits,
        Webhooks = [.. app.Webhooks.Select(WebhookReply.Of)],
        PreviousSecretsUntil = [.. app.Secrets.Valid.Skip(1).Select(secret => secret.Until).OfType<DateTimeOffset>()],
    };
}

/// <summary>A webhook as administrators see it. The values of its headers may be secrets, so each is null.</summary>
internal sealed record WebhookReply(
    string Url, IReadOnlyList<string> Events, string? ChannelPrefix, IReadOnlyDictionary<string, string?> Headers)
{
    public static WebhookReply Of(AppWebhook webhook) => new(
        webhook.Url, webhook.Events, webhook.ChannelPrefix, webhook.Headers.Keys.ToDictionary(name => name, _ => (string?)null));
}

/// <summary>Body of <c>POST /api/realtime/apps/{id}/rotate</c>: for how long the secret in force is still believed.</summary>
internal sealed record RotateRequest(TimeSpan? Grace);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<AppReply>))]
[JsonSerializable(typeof(RotateRequest))]
internal sealed partial class AppJson : JsonSerializerContext;
