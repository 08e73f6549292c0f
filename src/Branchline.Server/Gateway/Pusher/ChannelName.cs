namespace Branchline.Server.Gateway.Pusher;

/// <summary>What a channel's prefix says of it.</summary>
internal enum ChannelKind
{
    Public,
    Private,
    Encrypted,
    Presence,
    Cache,
    UserEvents,
}

/// <summary>A channel's name. <paramref name="Subject"/> is the name without its prefix.</summary>
internal readonly record struct ChannelName(string Text, ChannelKind Kind, string Subject)
{
    public const int Longest = 200;
    public const string PrivatePrefix = "private-";

    // Longer prefixes before those they begin with.
    private static readonly (string Prefix, ChannelKind Kind)[] Prefixes =
    [
        ("private-encrypted-", ChannelKind.Encrypted),
        ("private-cache-", ChannelKind.Cache),
        (PrivatePrefix, ChannelKind.Private),
        ("presence-", ChannelKind.Presence),
        ("cache-", ChannelKind.Cache),
        ("#server-to-user-", ChannelKind.UserEvents),
    ];

    /// <summary>Letters, digits and <c>_ - = @ , . ;</c>, at most 200 of them.</summary>
    public static bool TryParse(string text, out ChannelName name)
    {
        var (prefix, kind) = Prefixes.FirstOrDefault(known => text.StartsWith(known.Prefix, StringComparison.Ordinal));
        name = new ChannelName(text, kind, text[(prefix?.Length ?? 0)..]);
        return text.Length <= Longest && name.Subject.Length > 0 && name.Subject.All(IsAllowed);
    }

    private static bool IsAllowed(char character) =>
        char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '=' or '@' or ',' or '.' or ';';
}
