namespace Branchline.Client.Live;

/// <summary>How long to wait after so many failures in a row: doubling, half of it by chance so that tills do not come all at once.</summary>
internal static class Backoff
{
    private const int MostDoublings = 10;

    public static TimeSpan After(int failures, ClientOptions options)
    {
        var full = Math.Min(options.LongestPause.TotalMilliseconds, options.FirstPause.TotalMilliseconds * (1 << Math.Min(failures, MostDoublings)));
        return TimeSpan.FromMilliseconds((full / 2) + (full / 2 * options.Jitter.NextDouble()));
    }
}
