namespace Branchline.Bench;

/// <summary>One measured figure: the median of its runs counts.</summary>
internal sealed record Figure(string What, string Unit, IReadOnlyList<double> Runs)
{
    /// <summary>The least that is good enough.</summary>
    public double? Floor { get; init; }

    /// <summary>The most that is good enough.</summary>
    public double? Ceiling { get; init; }

    public double Median => Runs.Order().ElementAt(Runs.Count / 2);

    public bool Holds => (Floor is null || Median >= Floor) && (Ceiling is null || Median < Ceiling);
}
