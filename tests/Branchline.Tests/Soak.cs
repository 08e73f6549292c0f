namespace Branchline.Tests;

/// <summary>Tests that look for the rare case: short in <c>make test</c>, for <c>SOAK_MINUTES</c> in <c>make soak</c>.</summary>
internal static class Soak
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(
        double.TryParse(Environment.GetEnvironmentVariable("SOAK_MINUTES"), System.Globalization.CultureInfo.InvariantCulture, out var minutes) ? minutes : 0);

    /// <summary>Whether the long versions run.</summary>
    public static bool IsOn => Length > TimeSpan.Zero;

    /// <summary>Once; in a soak over and over. The number of the round is given.</summary>
    public static void Repeat(Action<int> round)
    {
        var since = TimeProvider.System.GetTimestamp();
        var number = 0;
        do
        {
            round(number++);
        }
        while (TimeProvider.System.GetElapsedTime(since) < Length);
    }
}
