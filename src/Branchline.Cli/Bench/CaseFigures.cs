namespace Branchline.Cli.Bench;

/// <summary>What one case came to. What it does not measure, or nobody can see from outside, is null.</summary>
internal sealed record CaseFigures(string Case, int Connections)
{
    /// <summary>The warm-up takes as long as the measurement, but not longer than this.</summary>
    public static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(4);

    public double? DeliveriesPerSecond { get; init; }

    /// <summary>CPU time of the node for each delivery, publishing included.</summary>
    public double? CpuMicroseconds { get; init; }

    /// <summary>Cores that the generator kept busy; it has one thread for all sockets.</summary>
    public double? GeneratorCpu { get; init; }

    public double? P50 { get; init; }

    public double? P95 { get; init; }

    public double? P99 { get; init; }

    public double? BytesPerConnection { get; init; }

    public double ConnectsPerSecond { get; init; }

    /// <summary>Checked deliveries, the warm-up's included.</summary>
    public long Deliveries { get; init; }

    public long Lost { get; init; }

    public long Disordered { get; init; }

    /// <summary>Connections that the node closed.</summary>
    public int Closed { get; init; }

    public bool IsWhole => Lost == 0 && Disordered == 0 && Closed == 0;

    /// <summary>The median of each figure; what went wrong is added up.</summary>
    public static CaseFigures Middle(IReadOnlyList<CaseFigures> runs) => runs[0] with
    {
        DeliveriesPerSecond = Median(runs, run => run.DeliveriesPerSecond),
        CpuMicroseconds = Median(runs, run => run.CpuMicroseconds),
        GeneratorCpu = Median(runs, run => run.GeneratorCpu),
        P50 = Median(runs, run => run.P50),
        P95 = Median(runs, run => run.P95),
        P99 = Median(runs, run => run.P99),
        BytesPerConnection = Median(runs, run => run.BytesPerConnection),
        ConnectsPerSecond = Median(runs, run => run.ConnectsPerSecond) ?? 0,
        Deliveries = runs.Sum(run => run.Deliveries),
        Lost = runs.Sum(run => run.Lost),
        Disordered = runs.Sum(run => run.Disordered),
        Closed = runs.Sum(run => run.Closed),
    };

    private static double? Median(IEnumerable<CaseFigures> runs, Func<CaseFigures, double?> figure)
    {
        var values = runs.Select(figure).OfType<double>().Order().ToArray();
        return values.Length == 0 ? null : values[values.Length / 2];
    }
}
