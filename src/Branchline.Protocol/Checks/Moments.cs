using System.Globalization;

namespace Branchline.Protocol.Checks;

/// <summary>Days and times as text, read strictly: four digits of a year, two of everything else, an offset where a time needs one.</summary>
internal static class Moments
{
    private const string DayForm = "yyyy-MM-dd";
    private const int DayLength = 10;
    private const int MinutesLength = 16;
    private const int WireLength = 24;

    public static bool IsDate(string text) =>
        text.Length == DayLength && DateOnly.TryParseExact(text, DayForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    /// <summary>
    /// A time in any ISO 8601 form with an offset, in the form of the wire: UTC with three digits of a second; finer digits are cut.
    /// Null when it is no such time; the same text when it is in that form already.
    /// </summary>
    public static string? Normalise(string text)
    {
        if (text.Length < MinutesLength || text[DayLength] is not ('T' or 't') || text[13] != ':'
            || !DateOnly.TryParseExact(text.AsSpan(0, DayLength), DayForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            || !TryPair(text, 11, 23, out var hour) || !TryPair(text, 14, 59, out var minute))
        {
            return null;
        }

        var position = MinutesLength;
        if (!TrySeconds(text, ref position, out var milliseconds) || !TryOffset(text.AsSpan(position), out var offset))
        {
            return null;
        }

        if (text.Length == WireLength && text[^1] == 'Z' && text[DayLength] == 'T' && text[19] == '.')
        {
            return text;
        }

        var ticks = day.DayNumber * TimeSpan.TicksPerDay
            + (((hour * 60) + minute - offset) * TimeSpan.TicksPerMinute) + (milliseconds * TimeSpan.TicksPerMillisecond);
        return ticks < 0 || ticks > DateTime.MaxValue.Ticks ? null : TimestampConverter.Format(new DateTimeOffset(ticks, TimeSpan.Zero));
    }

    // [:ss[.fraction]]
    private static bool TrySeconds(string text, ref int position, out int milliseconds)
    {
        milliseconds = 0;
        if (position >= text.Length || text[position] != ':')
        {
            return true;
        }

        if (!TryPair(text, position + 1, 59, out var seconds))
        {
            return false;
        }

        milliseconds = seconds * 1000;
        position += 3;
        if (position >= text.Length || text[position] is not ('.' or ','))
        {
            return true;
        }

        var first = ++position;
        for (var weight = 100; position < text.Length && char.IsAsciiDigit(text[position]); position++, weight /= 10)
        {
            milliseconds += (text[position] - '0') * weight;
        }

        return position > first;
    }

    // Z, or +hh, +hhmm, +hh:mm; in minutes east of UTC.
    private static bool TryOffset(ReadOnlySpan<char> text, out int minutes)
    {
        minutes = 0;
        if (text is "Z" or "z")
        {
            return true;
        }

        if (text.Length is not (3 or 5 or 6) || text[0] is not ('+' or '-') || (text.Length == 6 && text[3] != ':')
            || !TryPair(text, 1, 23, out var hours))
        {
            return false;
        }

        var rest = 0;
        if (text.Length > 3 && !TryPair(text, text.Length - 2, 59, out rest))
        {
            return false;
        }

        minutes = ((hours * 60) + rest) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryPair(ReadOnlySpan<char> text, int at, int largest, out int value)
    {
        value = 0;
        if (at + 2 > text.Length || !char.IsAsciiDigit(text[at]) || !char.IsAsciiDigit(text[at + 1]))
        {
            return false;
        }

        value = ((text[at] - '0') * 10) + (text[at + 1] - '0');
        return value <= largest;
    }
}
