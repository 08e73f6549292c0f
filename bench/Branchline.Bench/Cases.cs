using Branchline.Bench.Chain;
using Branchline.Bench.Engine;

namespace Branchline.Bench;

/// <summary>All figures in the order in which they are measured, on one data directory that is filled first.</summary>
internal sealed class Cases(BenchRun run, string[]? only)
{
    private readonly List<Guid> _acknowledged = [];

    private static readonly string[] ClientWords = ["client", "sync", "upload", "round", "seen"];

    /// <summary>What can be asked for by itself; <c>client</c> is all of the .NET client's.</summary>
    public static string[] Words { get; } = ["memory", "push", "rest", "live", "pull", "snapshot", "idle", .. ClientWords, .. ChainCases.Words];

    public List<Figure> Figures { get; } = [];

    /// <summary>The figures of a chain are measured only when they are asked for, on data directories of their own.</summary>
    public async Task RunAsync()
    {
        if (only is null || only.Except(ChainCases.Words).Any())
        {
            await MeasureNodeAsync();
        }

        if (only is not null)
        {
            await new ChainCases(run, only).RunAsync(Add);
        }
    }

    private async Task MeasureNodeAsync()
    {
        BenchNode.Start(run.Program, run.Data).Dispose();
        if (Wanted("memory"))
        {
            Add(await MemoryFigure.MeasureAsync(run.Program, run.Data, run.Runs));
        }

        using (var node = BenchNode.Start(run.Program, run.Data))
        {
            if (only is not ["memory"])
            {
                await MeasureAsync(await node.SignInAsync());
            }
        }

        StoredRows.Verify(run.Data, _acknowledged);
        Console.WriteLine($"{_acknowledged.Count:N0} rows acknowledged, each stored once.");
        if (Wanted("idle"))
        {
            Add([.. await IdleFigure.MeasureAsync(run)]);
        }
    }

    private async Task MeasureAsync(Seat seat)
    {
        if (Wanted("push", "rest", "live", "pull", "snapshot", "idle"))
        {
            Fill(run.Filling.Changes, () => run.Filling.Write(seat, _acknowledged));
        }

        if (Wanted("push"))
        {
            Add([.. PushFigure.Measure(seat, run, _acknowledged)]);
        }

        if (Wanted("rest"))
        {
            Add(RestFigure.Measure(seat, run.Runs, _acknowledged));
        }

        if (Wanted("live"))
        {
            var (median, p99) = await LiveFigure.MeasureAsync(seat, run.Runs, _acknowledged);
            Add(median, p99);
        }

        if (Wanted("pull"))
        {
            Add(await CatchUpFigure.MeasureAsync(seat, run));
        }

        if (Wanted("snapshot"))
        {
            Add(await SnapshotFigure.MeasureAsync(seat, run));
        }

        if (Wanted(ClientWords))
        {
            var clients = await BenchClients.OpenAsync(seat, run);
            Fill(run.Filling.SecondRows, () => run.Filling.WriteSecond(clients.Seat, _acknowledged));
            await MeasureClientsAsync(clients);
        }
    }

    private static void Fill(int mutations, Action write)
    {
        var started = TimeProvider.System.GetTimestamp();
        write();
        Console.WriteLine($"Filled by {mutations:N0} mutations in {TimeProvider.System.GetElapsedTime(started).TotalSeconds:F0} s; load average {Machine.Load}");
    }

    private async Task MeasureClientsAsync(BenchClients clients)
    {
        if (Wanted("sync", "client"))
        {
            Add([.. await FirstSyncFigure.MeasureAsync(clients.Seat, run.Runs)]);
        }

        if (Wanted("upload", "client"))
        {
            Add([.. await UploadFigure.MeasureAsync(clients, run)]);
        }

        if (Wanted("round", "client"))
        {
            Add([.. await RoundTripFigures.EmptyAsync(clients, run)]);
        }

        if (Wanted("seen", "client"))
        {
            Add([.. await RoundTripFigures.SeenAsync(clients, run)]);
        }
    }

    private bool Wanted(params string[] words) => only is null || words.Any(only.Contains);

    private void Add(params Figure[] figures)
    {
        Figures.AddRange(figures);
        foreach (var figure in figures)
        {
            Console.WriteLine($"{figure.What}: {Report.Spell(figure.Median)} {figure.Unit}{(figure.Holds ? "" : "  MISSED")}{(figure.Reaches ? "" : "  below its aim")}  ({string.Join(", ", figure.Runs.Select(Report.Spell))})  {Report.Cpu(figure)}");
        }
    }
}
