namespace Branchline.Server.Gateway.Apps;

/// <summary>
/// An application that has channels of its own on this node: its key is public, its secrets are not.
/// An image of one moment; <see cref="AppRegistry.Changed"/> tells of the next. Its secrets are always the newest.
/// </summary>
internal sealed record RealtimeApp(string Id, string Key, AppSecrets Secrets)
{
    private const char Separator = ':';

    /// <summary>What people call it.</summary>
    public string Name { get; init; } = Id;

    /// <summary>The master key of its encrypted channels; null for one that follows from the secret.</summary>
    public byte[]? EncryptionKey { get; init; }

    /// <summary>A disabled app lets nobody connect and nobody publish.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Origins whose pages may connect, such as https://shop.example; empty is any.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Whether clients may send events to each other.</summary>
    public bool ClientEvents { get; init; } = true;

    /// <summary>Whether subscribers are told how many they are.</summary>
    public bool SubscriptionCount { get; init; }

    /// <summary>How much it may use.</summary>
    public AppLimits Limits { get; init; } = new();

    /// <summary>Who is told what happens in its channels.</summary>
    public IReadOnlyList<AppWebhook> Webhooks { get; init; } = [];

    /// <summary>HMAC-SHA256 of the text under the current secret, in lower-case hex.</summary>
    public string Sign(string text) => Secrets.Sign(text);

    /// <summary>What a client sends to prove that somebody with the secret let it in: <c>key:signature</c>.</summary>
    public string Authorize(string text) => Key + Separator + Sign(text);

    /// <summary>Whether it is this app's key and a signature of the text under one of its secrets.</summary>
    public bool Verify(string? authorization, string text) =>
        authorization is not null
        && authorization.Length > Key.Length
        && authorization.StartsWith(Key, StringComparison.Ordinal)
        && authorization[Key.Length] == Separator
        && Secrets.Verify(authorization.AsSpan(Key.Length + 1), text);

    /// <summary>Whether it is a signature of the text under one of its secrets, without the key.</summary>
    public bool VerifyHex(string? signature, string text) => signature is not null && Secrets.Verify(signature, text);

    /// <summary>Whether a page of this origin may connect. What sends no origin is no browser's page.</summary>
    public bool AllowsOrigin(string? origin) =>
        AllowedOrigins.Count == 0
        || string.IsNullOrEmpty(origin)
        || AllowedOrigins.Contains(origin.TrimEnd('/'), StringComparer.OrdinalIgnoreCase);

    /// <summary>Never shows a secret.</summary>
    public override string ToString() => $"app {Id}, key {Key}";
}
