// Millions of values in a few seconds: buckets of 1 in 64 instead of the values themselves.
using System.Numerics;

namespace Branchline.Cli.Bench;

/// <summary>How long deliveries took, in nanoseconds, to about 1.5 %.</summary>
internal sealed class Latencies
{
    private const int Bits = 6;
    private const int Steps = 1 << Bits;
    private readonly long[] _counts = new long[(64 - Bits + 1) * Steps];
    private long _total;

    public void Add(long nanoseconds)
    {
        _counts[Bucket(Math.Max(0, nanoseconds))]++;
        _total++;
    }

    /// <summary>The time within which this share of the deliveries had arrived, in milliseconds; null when there was none.</summary>
    public double? Milliseconds(double share)
    {
        if (_total == 0)
        {
            return null;
        }

        var left = (long)Math.Ceiling(_total * share);
        var bucket = 0;
        while ((left -= _counts[bucket]) > 0)
        {
            bucket++;
        }

        return Middle(bucket) / 1e6;
    }

    private static int Bucket(long value)
    {
        if (value < Steps)
        {
            return (int)value;
        }

        var shift = BitOperations.Log2((ulong)value) - Bits;
        return ((shift + 1) * Steps) + (int)((value >> shift) - Steps);
    }

    private static double Middle(int bucket)
    {
        if (bucket < Steps)
        {
            return bucket;
        }

        var shift = (bucket / Steps) - 1;
        return ((bucket % Steps) + Steps + 0.5) * Math.Pow(2, shift);
    }
}
