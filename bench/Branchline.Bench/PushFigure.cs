using Branchline.Bench.Engine;

namespace Branchline.Bench;

/// <summary>
/// Pushed one-row mutations a second, in batches of 100 from 16 devices; and beside it, in turn, what SQLite takes of bare rows with their
/// log entries. A node's code is compiled while it runs, so it is loaded in the same way until its rate is steady, outside of what is measured.
/// </summary>
internal static class PushFigure
{
    private const int Devices = 16;
    private const int Size = 100;
    private const int Batches = 40;
    private const int Mutations = Devices * Batches * Size;
    private const int FewestWarmUps = 2;
    private const int MostWarmUps = 10;
    private const double Steady = 1.05;

    public static IEnumerable<Figure> Measure(Seat seat, BenchRun run, List<Guid> acknowledged)
    {
        // Before a device connects: filling may take longer than the node keeps a connection on which nothing is asked.
        using var raw = new RawInserts(run.Data, seat.Branch);
        raw.Fill(run.Filling.Rows);
        PushDevice[] devices = [.. Enumerable.Range(1, Devices).Select(number => new PushDevice(seat, $"bench-{number:D2}"))];
        var warm = WarmUp(devices);
        var (rates, cpu, rows, shares) = (new double[run.Runs], new double[run.Runs], new double[run.Runs], new double[run.Runs]);
        for (var index = 0; index < run.Runs; index++)
        {
            rows[index] = raw.Rate(Mutations, Size);
            var before = seat.Node.CpuTime;
            rates[index] = Run(devices);
            cpu[index] = (seat.Node.CpuTime - before).TotalMicroseconds / Mutations;
            shares[index] = rates[index] / rows[index];
        }

        foreach (var device in devices)
        {
            acknowledged.AddRange(device.Acknowledged);
            device.Dispose();
        }

        return
        [
            new Figure($"Pushed one-row mutations, batches of 100 from 16 devices, after {warm:N0} to warm up", "mutations/s", rates)
            {
                Floor = 20_000, AtLeast = 40_000, Cpu = cpu,
            },
            new Figure("The same row and its log entry into bare SQLite, a commit for each 100", "rows/s", rows),
            new Figure("Pushed mutations for each bare row", "of the bare rate", shares) { Floor = 0.25, AtLeast = 0.5 },
        ];
    }

    /// <summary>Until a round is hardly faster than the best before it. Answers how many mutations that took.</summary>
    private static int WarmUp(PushDevice[] devices)
    {
        var best = 0.0;
        for (var round = 1; ; round++)
        {
            var rate = Run(devices);
            if ((round > FewestWarmUps && rate < best * Steady) || round == MostWarmUps)
            {
                return round * Mutations;
            }

            best = Math.Max(best, rate);
        }
    }

    private static double Run(PushDevice[] devices)
    {
        foreach (var device in devices)
        {
            device.Prepare(Batches, Size);
        }

        return Mutations / Crowd.Run(devices, device => device.PushAll()).TotalSeconds;
    }
}
