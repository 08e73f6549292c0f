namespace Branchline.Bench;

/// <summary>Many at once, each on a thread of its own, all starting together.</summary>
internal static class Crowd
{
    /// <summary>Runs them to the end and answers how long it took from the common start.</summary>
    public static TimeSpan Run<T>(IReadOnlyList<T> members, Action<T> action)
    {
        using var start = new ManualResetEventSlim();
        using var standing = new CountdownEvent(members.Count);
        Task[] tasks =
        [
            .. members.Select(member => Task.Factory.StartNew(
                () =>
                {
                    standing.Signal();
                    start.Wait();
                    action(member);
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)),
        ];
        standing.Wait();
        var started = TimeProvider.System.GetTimestamp();
        start.Set();
        Task.WaitAll(tasks);
        return TimeProvider.System.GetElapsedTime(started);
    }
}
