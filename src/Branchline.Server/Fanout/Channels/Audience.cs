using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace Branchline.Server.Fanout.Channels;

/// <summary>The scopes whose rows a subscriber of a channel may hear of. Equal ones are the same object: a flush joins frames once for each.</summary>
internal sealed class Audience
{
    private const char Separator = '\n';
    private static readonly ConcurrentDictionary<string, Audience> Known = new(StringComparer.Ordinal);

    private readonly FrozenSet<string>? _scopes;

    private Audience(FrozenSet<string>? scopes, string mark) => (_scopes, Mark) = (scopes, mark);

    /// <summary>Hears rows of every scope.</summary>
    public static Audience Everything { get; } = new(null, "");

    /// <summary>The same for the same scopes, also in another process; empty when it hears everything.</summary>
    public string Mark { get; }

    public static Audience Of(IEnumerable<string> scopes)
    {
        string[] sorted = [.. scopes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return Known.GetOrAdd(
            string.Join(Separator, sorted), static (key, these) => new Audience(these.ToFrozenSet(StringComparer.Ordinal), MarkOf(key)), sorted);
    }

    /// <summary>An epoch of positions that this audience counts in: whoever hears other rows counts otherwise.</summary>
    public string Marked(string epoch) => Mark.Length == 0 ? epoch : $"{epoch}-{Mark}";

    /// <summary>Null is the scope of what comes from no row: everybody hears it.</summary>
    public bool Hears(string? scope) => scope is null || _scopes is null || _scopes.Contains(scope);

    private static string MarkOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 4));
}
