using System.Globalization;

namespace Branchline.Server.Replication.Pace;

/// <summary>A stretch of every day, by the clock on the wall; it may go over midnight.</summary>
internal readonly record struct LaneWindow(TimeOnly From, TimeOnly To)
{
    private const string Form = "HH:mm";

    /// <summary>Reads <c>22:00-06:00</c>.</summary>
    public static bool TryParse(string text, out LaneWindow window)
    {
        window = default;
        var parts = text.Split('-', StringSplitOptions.TrimEntries);
        if (parts.Length != 2 || !TryParseClock(parts[0], out var from) || !TryParseClock(parts[1], out var to) || from == to)
        {
            return false;
        }

        window = new LaneWindow(from, to);
        return true;
    }

    /// <summary>When it opens next; null while it is open.</summary>
    public DateTimeOffset? ClosedUntil(DateTimeOffset now, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        if (TimeOnly.FromDateTime(local).IsBetween(From, To))
        {
            return null;
        }

        var opens = local.Date.Add(From.ToTimeSpan());
        opens = opens > local ? opens : opens.AddDays(1);

        // In a night in which clocks are put forward the hour may not be there.
        while (zone.IsInvalidTime(opens))
        {
            opens = opens.AddMinutes(1);
        }

        return new DateTimeOffset(opens, zone.GetUtcOffset(opens));
    }

    private static bool TryParseClock(string text, out TimeOnly clock) => TimeOnly.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out clock);
}
