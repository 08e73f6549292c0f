using System.Globalization;
using System.Text.RegularExpressions;
using Branchline.Protocol;

namespace Branchline.Server.Replication.MasterSlave;

/// <summary>Times as Laravel writes them: <c>Y-m-d H:i:s</c> or ISO 8601, with or without a zone. Without one they are UTC, which is Laravel's default.</summary>
internal static partial class ForeignTime
{
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        if (!Form().IsMatch(text))
        {
            return false;
        }

        // A plus sign that nobody encoded arrives as a blank.
        var zoned = BlankForPlus().Replace(text, "$1+$2");
        return DateTimeOffset.TryParse(zoned, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }

    /// <summary>As Laravel's databases have it, in UTC.</summary>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>A time so long before, in the form in which it was told where that is known.</summary>
    public static string Before(string told, TimeSpan span)
    {
        if (!TryParse(told, out var time))
        {
            return told;
        }

        var earlier = time - span;
        return told.Contains('T', StringComparison.Ordinal) ? TimestampConverter.Format(earlier) : Format(earlier);
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,7})?)?( ?Z|[+\- ]\d\d(:?\d\d)?)?)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    [GeneratedRegex(@"^(.{16,}) (\d\d(:?\d\d)?)\z", RegexOptions.CultureInvariant)]
    private static partial Regex BlankForPlus();
}
