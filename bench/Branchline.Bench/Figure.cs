namespace Branchline.Bench;

/// <summary>One measured figure: the median of its runs counts.</summary>
internal sealed record Figure(string What, string Unit, IReadOnlyList<double> Runs)
{
    /// <summary>The least that is good enough.</summary>
    public double? Floor { get; init; }

    /// <summary>The most that is good enough.</summary>
    public double? Ceiling { get; init; }

    /// <summary>The least that is aimed at: it is shown whether it was reached.</summary>
    public double? AtLeast { get; init; }

    /// <summary>The figure is aimed to be below this: it is shown whether it is.</summary>
    public double? Below { get; init; }

    /// <summary>CPU time the node used for each, in microseconds, in each run: unlike the rate it does not depend on what else the machine does.</summary>
    public IReadOnlyList<double> Cpu { get; init; } = [];

    public double Median => MedianOf(Runs);

    public double? CpuMedian => Cpu.Count == 0 ? null : MedianOf(Cpu);

    public bool Holds => (Floor is null || Median >= Floor) && (Ceiling is null || Median < Ceiling);

    public bool Reaches => (AtLeast is null || Median >= AtLeast) && (Below is null || Median < Below);

    /// <summary>The value that this share of the sorted values is not above.</summary>
    public static double Percentile(double[] values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
    }

    private static double MedianOf(IReadOnlyList<double> runs) => runs.Order().ElementAt(runs.Count / 2);
}
