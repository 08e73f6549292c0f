using Branchline.Server.Fanout.Channels;

namespace Branchline.Server.Gateway.Realtime;

/// <summary>How many events came in and went out in each of the last sixty seconds. Written by the hub's sweep, read by whoever looks.</summary>
internal sealed class Rates
{
    private const int Kept = 60;
    private const int Lately = 5;

    private readonly Lock _gate = new();
    private readonly Queue<RateSample> _samples = new(Kept);
    private (long At, long Published, long Delivered)? _last;

    /// <summary>One a second, the newest last.</summary>
    public IReadOnlyList<RateSample> Samples
    {
        get
        {
            lock (_gate)
            {
                return [.. _samples];
            }
        }
    }

    /// <summary>The mean of the last few seconds.</summary>
    public RateSample Now
    {
        get
        {
            RateSample[] lately = [.. Samples.TakeLast(Lately)];
            return lately.Length == 0 ? default : new RateSample(lately.Average(one => one.Published), lately.Average(one => one.Delivered));
        }
    }

    public void Sample(Traffic traffic, TimeProvider time)
    {
        var (at, published, delivered) = (time.GetTimestamp(), traffic.Published, traffic.Delivered);
        lock (_gate)
        {
            if (_last is { } last && time.GetElapsedTime(last.At, at).TotalSeconds is > 0 and var seconds)
            {
                if (_samples.Count == Kept)
                {
                    _samples.Dequeue();
                }

                _samples.Enqueue(new RateSample((published - last.Published) / seconds, (delivered - last.Delivered) / seconds));
            }

            _last = (at, published, delivered);
        }
    }
}

/// <summary>Events a second.</summary>
internal readonly record struct RateSample(double Published, double Delivered);
