using System.Collections.Concurrent;

namespace Branchline.Bench.Chain;

/// <summary>When each numbered change was sent, and how long it took to each branch.</summary>
internal sealed class CrowdClock
{
    public const string Word = "change ";

    private readonly ConcurrentDictionary<int, long> _sent = new();
    private ConcurrentBag<double> _waits = [];

    public void Sent(int number) => _sent[number] = TimeProvider.System.GetTimestamp();

    /// <summary>A branch read it. What was sent before this clock ran is no matter.</summary>
    public void Heard(int number)
    {
        if (_sent.TryGetValue(number, out var sent))
        {
            _waits.Add(TimeProvider.System.GetElapsedTime(sent).TotalMilliseconds);
        }
    }

    /// <summary>The waits since the last time, in milliseconds.</summary>
    public double[] Take() => [.. Interlocked.Exchange(ref _waits, [])];
}
