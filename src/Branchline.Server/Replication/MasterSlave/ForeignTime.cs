using System.Globalization;
using System.Text.RegularExpressions;

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

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,7})?)?( ?Z|[+\- ]\d\d(:?\d\d)?)?)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    [GeneratedRegex(@"^(.{16,}) (\d\d(:?\d\d)?)\z", RegexOptions.CultureInvariant)]
    private static partial Regex BlankForPlus();
}
