using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Branchline.Server.Gateway.Tables;

/// <summary>A row's version as an entity tag: <c>"42"</c>. Proxies that compress make it weak; that is read all the same.</summary>
internal static class RowVersion
{
    public const string Any = "*";

    /// <summary>A version no row has: what a tag that is not ours asks for.</summary>
    public const long None = -1;

    public static string ToTag(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>The version a tag names, or <see cref="None"/>.</summary>
    public static long FromTag(string tag)
    {
        var text = tag.AsSpan().Trim();
        if (text.StartsWith("W/", StringComparison.Ordinal))
        {
            text = text[2..];
        }

        return text.Length > 2 && text[0] == '"' && text[^1] == '"'
            && long.TryParse(text[1..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : None;
    }

    /// <summary>Whether <c>If-None-Match</c> already holds the version.</summary>
    public static bool IsHeld(StringValues ifNoneMatch, long version)
    {
        foreach (var header in ifNoneMatch)
        {
            foreach (var tag in (header ?? "").Split(',', StringSplitOptions.TrimEntries))
            {
                if (tag == Any || FromTag(tag) == version)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
