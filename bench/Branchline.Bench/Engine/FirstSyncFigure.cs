namespace Branchline.Bench.Engine;

/// <summary>Rows a second from opening a new file until all that the person may see is in it.</summary>
internal static class FirstSyncFigure
{
    private const int ChunkRows = 20_000;
    private const int WarmUps = 4;

    public static async Task<IEnumerable<Figure>> MeasureAsync(BenchClients clients, BenchRun run)
    {
        var (rows, cold, _) = await SyncAsync(clients, run, 0);
        for (var warmUp = 1; warmUp < WarmUps; warmUp++)
        {
            _ = await SyncAsync(clients, run, warmUp);
        }

        var (rates, cpu) = (new double[run.Runs], new double[run.Runs]);
        for (var index = 0; index < run.Runs; index++)
        {
            (_, rates[index], cpu[index]) = await SyncAsync(clients, run, WarmUps + index);
        }

        return
        [
            new Figure($".NET client: first sync of {rows:N0} rows into its file", "rows/s", rates) { AtLeast = 150_000, Cpu = cpu },
            new Figure(".NET client: the same as the first thing that the program does", "rows/s", [cold]),
        ];
    }

    // Chunks of another size were not read before: the node reads them anew each time.
    private static async Task<(long Rows, double Rate, double Cpu)> SyncAsync(BenchClients clients, BenchRun run, int number)
    {
        var (name, before) = ($"first-{number}", clients.Seat.Node.CpuTime);
        var started = TimeProvider.System.GetTimestamp();
        var client = await clients.ConnectAsync(name, ChunkRows - number);
        await client.WhenLoadedAsync();
        var took = TimeProvider.System.GetElapsedTime(started);
        await client.DisposeAsync();
        var rows = clients.RowsOf(name);
        clients.Remove(name);
        return rows >= run.Filling.SecondRows
            ? (rows, rows / took.TotalSeconds, (clients.Seat.Node.CpuTime - before).TotalMicroseconds / rows)
            : throw new InvalidOperationException($"The first sync brought only {rows} rows");
    }
}
