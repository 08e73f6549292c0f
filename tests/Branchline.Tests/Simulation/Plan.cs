using System.Globalization;

namespace Branchline.Tests.Simulation;

/// <summary>What may go wrong in a run.</summary>
[Flags]
internal enum Trouble
{
    None = 0,
    Loss = 1,
    NodeCrash = 2,
    DeviceCrash = 4,
    Clone = 8,
    Rights = 16,
    Clocks = 32,
    Cuts = 64,
    HalfOpen = 128,
    DiskFull = 256,
    Restore = 512,
    SchemaAdded = 1024,
    BadWrites = 2048,
    All = 4095,
}

/// <summary>A run, whole: the same plan gives the same run. Its text is what a failing run is kept as.</summary>
internal sealed record Plan(int Seed, int Devices, int Seconds, Trouble Troubles)
{
    public Plant Plant { get; init; }

    /// <summary>How many of the devices are the .NET client itself.</summary>
    public int Clients { get; init; }

    /// <summary>What a seed stands for: some of all troubles, so that no run hides behind another kind.</summary>
    public static Plan Of(int seed)
    {
        var random = new Random(seed);
        var troubles = Trouble.None;
        for (var bit = 1; bit <= (int)Trouble.BadWrites; bit <<= 1)
        {
            troubles |= random.Next(2) == 0 ? (Trouble)bit : Trouble.None;
        }

        return new Plan(seed, 2 + random.Next(4), 20 + random.Next(40), troubles) { Clients = random.Next(3) };
    }

    public static Plan Parse(string text)
    {
        var parts = text.Trim().Split(' ').Select(part => part.Split('=')).ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal);
        return new Plan(Number(parts["seed"]), Number(parts["devices"]), Number(parts["seconds"]), Enum.Parse<Trouble>(parts["troubles"]))
        {
            Clients = Number(parts.GetValueOrDefault("clients", "0")),
        };
    }

    public override string ToString() => $"seed={Seed} devices={Devices} clients={Clients} seconds={Seconds} troubles={Troubles.ToString().Replace(" ", "", StringComparison.Ordinal)}";

    /// <summary>Smaller plans that might fail in the same way.</summary>
    public IEnumerable<Plan> Smaller()
    {
        for (var bit = 1; bit <= (int)Trouble.BadWrites; bit <<= 1)
        {
            if (Troubles.HasFlag((Trouble)bit))
            {
                yield return this with { Troubles = Troubles & ~(Trouble)bit };
            }
        }

        if (Clients > 0)
        {
            yield return this with { Clients = Clients - 1 };
        }

        if (Devices > 1)
        {
            yield return this with { Devices = Devices - 1 };
        }

        if (Seconds > 5)
        {
            yield return this with { Seconds = Seconds * 2 / 3 };
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
