namespace Branchline.Bench.Engine;

/// <summary>Rows a second from opening a new file until all that the person may see is in it.</summary>
internal static class FirstSyncFigure
{
    private const int ChunkRows = 20_000;

    public static async Task<Figure> MeasureAsync(BenchClients clients, BenchRun run)
    {
        var (rates, cpu, rows) = (new double[run.Runs], new double[run.Runs], 0L);

        // The first is not counted. Chunks of another size were not read before: the node reads them anew for each run.
        for (var index = -1; index < run.Runs; index++)
        {
            var (name, before) = ($"first-{index + 1}", clients.Seat.Node.CpuTime);
            var started = TimeProvider.System.GetTimestamp();
            var client = await clients.ConnectAsync(name, ChunkRows - 1 - index);
            await client.WhenLoadedAsync();
            var took = TimeProvider.System.GetElapsedTime(started);
            await client.DisposeAsync();
            rows = clients.RowsOf(name);
            clients.Remove(name);
            if (rows < run.Filling.SecondRows)
            {
                throw new InvalidOperationException($"The first sync brought only {rows} rows");
            }

            if (index >= 0)
            {
                rates[index] = rows / took.TotalSeconds;
                cpu[index] = (clients.Seat.Node.CpuTime - before).TotalMicroseconds / rows;
            }
        }

        return new Figure($".NET client: first sync of {rows:N0} rows into its file", "rows/s", rates) { AtLeast = 150_000, Cpu = cpu };
    }
}
