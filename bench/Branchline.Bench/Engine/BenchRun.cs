namespace Branchline.Bench.Engine;

/// <summary>What all figures of one call have in common.</summary>
/// <param name="Program">The node's program.</param>
/// <param name="Data">The node's data directory.</param>
/// <param name="Runs">Measured runs of each figure.</param>
/// <param name="Scale">How many times the usual rows there are.</param>
internal sealed record BenchRun(string Program, string Data, int Runs, double Scale)
{
    public Filling Filling { get; } = Filling.Of(Scale);
}
