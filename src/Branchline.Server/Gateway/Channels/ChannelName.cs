using System.Diagnostics.CodeAnalysis;

namespace Branchline.Server.Gateway.Channels;

/// <summary>What a channel's prefix says of it.</summary>
[Flags]
internal enum ChannelTraits
{
    None = 0,

    /// <summary>A signature is needed to hear it.</summary>
    Private = 1,

    /// <summary>Says who is there.</summary>
    Presence = 2,

    /// <summary>Keeps its last event for those who come later.</summary>
    Cache = 4,

    /// <summary>What is said on it is boxed: the node relays it, clients may not speak.</summary>
    Encrypted = 8,

    /// <summary>Reaches one person, on all connections they signed in on.</summary>
    User = 16,
}

/// <summary>A channel's name. <paramref name="Subject"/> is the name without its prefix.</summary>
internal sealed record ChannelName(string Text, ChannelTraits Traits, string Subject)
{
    public const string PrivatePrefix = "private-";
    public const string EncryptedPrefix = "private-encrypted-";
    public const string UserPrefix = "#server-to-user-";

    // Longer prefixes before those they begin with.
    private static readonly (string Prefix, ChannelTraits Traits)[] Prefixes =
    [
        ("private-encrypted-cache-", ChannelTraits.Private | ChannelTraits.Encrypted | ChannelTraits.Cache),
        (EncryptedPrefix, ChannelTraits.Private | ChannelTraits.Encrypted),
        ("private-cache-", ChannelTraits.Private | ChannelTraits.Cache),
        (PrivatePrefix, ChannelTraits.Private),
        ("presence-cache-", ChannelTraits.Private | ChannelTraits.Presence | ChannelTraits.Cache),
        ("presence-", ChannelTraits.Private | ChannelTraits.Presence),
        ("cache-", ChannelTraits.Cache),
        (UserPrefix, ChannelTraits.User),
    ];

    public bool IsPrivate => Traits.HasFlag(ChannelTraits.Private);

    public bool IsPresence => Traits.HasFlag(ChannelTraits.Presence);

    public bool IsCache => Traits.HasFlag(ChannelTraits.Cache);

    public bool IsEncrypted => Traits.HasFlag(ChannelTraits.Encrypted);

    public bool IsUser => Traits.HasFlag(ChannelTraits.User);

    /// <summary>Whether clients may speak on it.</summary>
    public bool TakesClientEvents => IsPrivate && !IsEncrypted;

    /// <summary>Letters, digits and <c>_ - = @ , . ;</c>, and as many of them as the app allows.</summary>
    public static bool TryParse(string text, int longest, [NotNullWhen(true)] out ChannelName? name)
    {
        name = text.Length <= longest ? Parse(text) : null;
        return name is not null && name.Subject.Length > 0 && name.Subject.All(IsAllowed);
    }

    private static ChannelName Parse(string text)
    {
        foreach (var (prefix, traits) in Prefixes)
        {
            if (text.StartsWith(prefix, StringComparison.Ordinal))
            {
                return new ChannelName(text, traits, text[prefix.Length..]);
            }
        }

        return new ChannelName(text, ChannelTraits.None, text);
    }

    private static bool IsAllowed(char character) =>
        char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '=' or '@' or ',' or '.' or ';';
}
