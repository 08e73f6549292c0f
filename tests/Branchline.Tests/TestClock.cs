namespace Branchline.Tests;

/// <summary>A clock that the test moves. Timers keep real time.</summary>
internal sealed class TestClock : TimeProvider
{
    private long _ahead;
    private long _elapsed;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Volatile.Read(ref _ahead));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Volatile.Read(ref _elapsed);

    /// <summary>Sets the clock on the wall; what is measured from a moment on does not notice.</summary>
    public void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);

    /// <summary>Lets time go by for what is measured from a moment on; the clock on the wall does not notice.</summary>
    public void Elapse(TimeSpan by) => Interlocked.Add(ref _elapsed, by.Ticks);
}
