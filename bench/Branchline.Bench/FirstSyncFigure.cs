using Branchline.Client;

namespace Branchline.Bench;

/// <summary>Rows a second of a first sync: a .NET client with nothing, until all that it may see is in its file.</summary>
internal static class FirstSyncFigure
{
    private const int LeastRows = 100_000;
    private const double Wished = 150_000;
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(31);

    /// <summary>By snapshots; by a ready file that is made for the one who asks; by one that was made for somebody before. Each run is all three.</summary>
    public static async Task<IReadOnlyList<Figure>> MeasureAsync(Seat seat, int runs)
    {
        _ = await RunAsync(seat, useReadyFile: false);
        _ = await RunAsync(seat, useReadyFile: true);
        var (snapshots, made, shared) = (new Run[runs], new Run[runs], new Run[runs]);
        for (var run = 0; run < runs; run++)
        {
            // What is on the shelf is given to who comes soon: each run begins when it is not.
            await Task.Delay(Apart, TimeProvider.System);
            snapshots[run] = await RunAsync(seat, useReadyFile: false);
            made[run] = await RunAsync(seat, useReadyFile: true);
            shared[run] = await RunAsync(seat, useReadyFile: true);
        }

        return
        [
            Of("First sync of a .NET client by snapshots", snapshots),
            Of("First sync of a .NET client by a ready file, made for it", made) with { AtLeast = Wished },
            Of("First sync of a .NET client by a ready file that is there", shared) with { AtLeast = Wished },
        ];
    }

    private static Figure Of(string what, Run[] runs) =>
        new(what, "rows/s", [.. runs.Select(run => run.Rate)]) { Cpu = [.. runs.Select(run => run.Cpu)] };

    private static async Task<Run> RunAsync(Seat seat, bool useReadyFile)
    {
        var directory = Directory.CreateTempSubdirectory("branchline-sync-").FullName;
        try
        {
            Exception? failed = null;
            var options = new ClientOptions { UseReadyFile = useReadyFile, Failed = failure => failed = failure };
            var path = Path.Combine(directory, "till.db");
            var cpu = Cpu(seat);
            var started = TimeProvider.System.GetTimestamp();
            TimeSpan took;
            await using (var client = await BranchlineClient.ConnectAsync(seat.Address, Credentials.Token(seat.Token), new ClientStore(path), options))
            {
                await client.WhenLoadedAsync();
                took = TimeProvider.System.GetElapsedTime(started);
            }

            cpu = Cpu(seat) - cpu;
            var rows = RowsIn(path);
            return failed is null && rows >= LeastRows
                ? new Run(rows / took.TotalSeconds, cpu.TotalMicroseconds / rows)
                : throw new InvalidOperationException($"The first sync brought {rows} rows", failed);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Of both ends: here each has work that the other does not do.</summary>
    private static TimeSpan Cpu(Seat seat) => seat.Node.CpuTime + Environment.CpuUsage.TotalTime;

    private static long RowsIn(string path)
    {
        using var database = Database.Open(path, readOnly: true);
        return database.Number("SELECT COUNT(*) FROM rows");
    }

    /// <summary>Rows a second, and microseconds of both ends' processors a row.</summary>
    private readonly record struct Run(double Rate, double Cpu);
}
