using System.Globalization;

namespace Branchline.Server.Gateway.Missed;

/// <summary>
/// A place in the feed as clients keep it, <c>EPOCH:SEQ:SIGNATURE</c>: the log's epoch, marked with who hears, and a change's number. Signed for
/// its channel: a client comes back to where it was, and not to where it never was.
/// </summary>
internal static class FeedPlace
{
    private const char Separator = ':';
    private const int SignatureDigits = 16;

    public static string Format(in ResumingChannel channel, string epoch, long seq)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{channel.Audience.Marked(epoch)}{Separator}{seq}");
        return place + Separator + Sign(channel, place);
    }

    /// <summary>The change's number, or null when it was not told to a reader of this channel who hears the same rows of this log.</summary>
    public static long? Parse(string? text, in ResumingChannel channel, string epoch)
    {
        var expected = channel.Audience.Marked(epoch) + Separator;
        var end = text?.LastIndexOf(Separator) ?? -1;
        return end > expected.Length && text!.StartsWith(expected, StringComparison.Ordinal)
            && long.TryParse(text.AsSpan(expected.Length, end - expected.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            && Format(channel, epoch, seq) == text
            ? seq
            : null;
    }

    private static string Sign(in ResumingChannel channel, string place) =>
        channel.App.Sign($"{channel.Name.Text}{Separator}feed{Separator}{place}")[..SignatureDigits];
}
