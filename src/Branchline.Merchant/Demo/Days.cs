using Branchline.Merchant.Demo.Telling;

namespace Branchline.Merchant.Demo;

/// <summary>When people come: how many on a day of the week, and at which minutes.</summary>
internal static class Days
{
    /// <summary>How many days back the story begins.</summary>
    public const int Told = 30;

    private const int MorningQuietUntil = 10 * 60;

    // From 8 to 19 o'clock.
    private static readonly int[] Hours = [3, 4, 6, 7, 9, 7, 5, 5, 7, 10, 9, 4];

    // Sunday first.
    private static readonly double[] Weekdays = [0.6, 0.9, 0.9, 1.0, 1.05, 1.25, 1.4];

    /// <summary>Whether the last day is too young to look like one: a few sales stand for it.</summary>
    public static bool IsEarly(Story story) => story.Now.UtcDateTime.TimeOfDay.TotalMinutes < MorningQuietUntil;

    /// <summary>The moments of a day's sales in order. The day that is not over yet has those that lie behind it, and a few in any case.</summary>
    public static IReadOnlyList<DateTimeOffset> Moments(Story story, DateOnly day, int usual, Random chance)
    {
        var count = (int)(usual * Weekdays[(int)day.DayOfWeek] * (0.9 + chance.NextDouble() * 0.2));
        var minutes = Enumerable.Range(0, count).Select(_ => Minute(chance)).ToList();
        if (day == story.Today)
        {
            minutes = SoFar(story, minutes, chance);
        }

        return [.. minutes.Order().Select(minute => Story.At(day, minute))];
    }

    private static List<double> SoFar(Story story, List<double> minutes, Random chance)
    {
        var now = story.Now.UtcDateTime.TimeOfDay.TotalMinutes;
        if (!IsEarly(story))
        {
            return [.. minutes.Where(minute => minute < now)];
        }

        var since = Math.Max(0, now - 180);
        return [.. Enumerable.Range(0, 9).Select(_ => since + chance.NextDouble() * (now - since))];
    }

    private static double Minute(Random chance)
    {
        var pick = chance.Next(Hours.Sum());
        var hour = 0;
        while (pick >= Hours[hour])
        {
            pick -= Hours[hour++];
        }

        return (8 + hour) * 60 + chance.NextDouble() * 60;
    }
}
