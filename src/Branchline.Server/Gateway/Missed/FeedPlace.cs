using System.Globalization;
using Branchline.Server.Fanout.Channels;

namespace Branchline.Server.Gateway.Missed;

/// <summary>A place in the feed as clients keep it, <c>EPOCH:SEQ</c>: the log's epoch, marked with who hears, and a change's number.</summary>
internal static class FeedPlace
{
    private const char Separator = ':';

    public static string Format(string epoch, Audience audience, long seq) =>
        string.Create(CultureInfo.InvariantCulture, $"{audience.Marked(epoch)}{Separator}{seq}");

    /// <summary>The change's number, or null when it counts in another log, or for somebody who hears other rows.</summary>
    public static long? Parse(string? text, string epoch, Audience audience)
    {
        var expected = audience.Marked(epoch) + Separator;
        return text is not null && text.StartsWith(expected, StringComparison.Ordinal)
            && long.TryParse(text.AsSpan(expected.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            ? seq
            : null;
    }
}
