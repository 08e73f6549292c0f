namespace Branchline.Tests;

/// <summary>Tests that look for the rare case: short in <c>make test</c>, for <c>SOAK_MINUTES</c> in <c>make soak</c>.</summary>
internal static class Soak
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(
        double.TryParse(Environment.GetEnvironmentVariable("SOAK_MINUTES"), System.Globalization.CultureInfo.InvariantCulture, out var minutes) ? minutes : 0);

    /// <summary>The kind of what <c>make soak</c> runs.</summary>
    public const string Kind = "soak";

    /// <summary>
    /// Once, or for as long as <paramref name="atLeast"/> says; in a soak over and over. The number of the round is given;
    /// tests of one class share the time.
    /// </summary>
    public static void Repeat(Action<int> round, int among = 1, TimeSpan atLeast = default)
    {
        var length = Length > atLeast ? Length : atLeast;
        var since = TimeProvider.System.GetTimestamp();
        var number = 0;
        do
        {
            round(number++);
        }
        while (TimeProvider.System.GetElapsedTime(since) < length / among);
    }

    /// <summary>The same for what asks a node.</summary>
    public static async Task RepeatAsync(Func<int, Task> round, int among = 1)
    {
        var since = TimeProvider.System.GetTimestamp();
        var number = 0;
        do
        {
            await round(number++);
        }
        while (TimeProvider.System.GetElapsedTime(since) < Length / among);
    }
}
