using System.Globalization;

namespace Branchline.Tests.Simulation.Chains;

/// <summary>How the nodes follow one another.</summary>
internal enum ChainShape
{
    /// <summary>A head office with a branch, and with a region that has branches of its own.</summary>
    Tree,

    /// <summary>Two head offices that are equals, each with a branch.</summary>
    TwoOffices,

    /// <summary>Three equals in a ring, one with a branch.</summary>
    Ring,

    /// <summary>A branch under a head office and an equal, which has a branch, too.</summary>
    DoubleMaster,

    /// <summary>A branch between two equals that do not know each other.</summary>
    Between,
}

/// <summary>What may go wrong in a chain.</summary>
[Flags]
internal enum ChainTrouble
{
    None = 0,
    Loss = 1,
    Deaths = 2,
    Cuts = 4,
    Crashes = 8,
    Clocks = 16,
    Restore = 32,
    SchemaAdded = 64,
    Pauses = 128,
}

/// <summary>A run of a chain, whole: the same plan gives the same run.</summary>
internal sealed record ChainPlan(int Seed, ChainShape Shape, int Steps, ChainTrouble Troubles)
{
    public static ChainPlan Of(int seed)
    {
        var random = new Random(seed);
        var troubles = ChainTrouble.None;
        for (var bit = 1; bit <= (int)ChainTrouble.Pauses; bit <<= 1)
        {
            troubles |= random.Next(2) == 0 ? (ChainTrouble)bit : ChainTrouble.None;
        }

        return new ChainPlan(seed, (ChainShape)random.Next(5), 60 + random.Next(120), troubles);
    }

    public static ChainPlan Parse(string text)
    {
        var parts = text.Trim().Split(' ').Select(part => part.Split('=')).ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal);
        return new ChainPlan(
            int.Parse(parts["chain"], CultureInfo.InvariantCulture), Enum.Parse<ChainShape>(parts["shape"]), int.Parse(parts["steps"], CultureInfo.InvariantCulture),
            Enum.Parse<ChainTrouble>(parts["troubles"]));
    }

    public override string ToString() => $"chain={Seed} shape={Shape} steps={Steps} troubles={Troubles.ToString().Replace(" ", "", StringComparison.Ordinal)}";

    /// <summary>Smaller plans that might fail in the same way.</summary>
    public IEnumerable<ChainPlan> Smaller()
    {
        for (var bit = 1; bit <= (int)ChainTrouble.Pauses; bit <<= 1)
        {
            if (Troubles.HasFlag((ChainTrouble)bit))
            {
                yield return this with { Troubles = Troubles & ~(ChainTrouble)bit };
            }
        }

        foreach (var fewer in new[] { Steps / 2, Steps * 4 / 5, Steps - 1 }.Where(fewer => fewer > 3 && fewer < Steps))
        {
            yield return this with { Steps = fewer };
        }
    }
}
