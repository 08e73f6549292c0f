using Branchline.Bench.Engine;

namespace Branchline.Bench.Chain;

/// <summary>
/// The first load of a branch with 100,000 clients: a new data directory and a new process each time, as on a machine that was just unpacked, so its code
/// is compiled within the figure. The master has answered one such load before.
/// </summary>
internal static class LoadFigure
{
    private const int Rows = 100_000;

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(BenchRun run)
    {
        await using var shop = await Shop.OpenAsync(run.Program);
        var invitation = await shop.InviteAsync("Load");
        using var load = new Load(await shop.Office.SeatAsync("manager", invitation.Branch), "load");
        load.Write((int)(Rows * run.Scale));
        Guid[] written = [.. load.Acknowledged];
        _ = await RunAsync(shop, invitation, written);
        var runs = new List<Run>();
        for (var time = 0; time < run.Runs; time++)
        {
            runs.Add(await RunAsync(shop, await shop.InviteAgainAsync(invitation), written));
        }

        return
        [
            new Figure($"First load of a branch with {written.Length:N0} clients, and the demo's catalogue", "s", [.. runs.Select(one => one.Seconds)])
            {
                Ceiling = 5, Cpu = [.. runs.Select(one => one.Branch + one.Master)],
            },
            new Figure("CPU time of the branch for each row", "µs", [.. runs.Select(one => one.Branch)]),
            new Figure("CPU time of the master for each row", "µs", [.. runs.Select(one => one.Master)]),
        ];
    }

    private static async Task<Run> RunAsync(Shop shop, BranchInvitation invitation, Guid[] written)
    {
        var branch = await shop.JoinAsync(invitation, Shop.ByHand);
        try
        {
            var (below, above, started) = (branch.Process.CpuTime, shop.Office.Process.CpuTime, TimeProvider.System.GetTimestamp());
            var rows = (await branch.RunRoundAsync()).GetProperty("rows").GetInt32();
            var took = TimeProvider.System.GetElapsedTime(started);
            var run = new Run(
                took.TotalSeconds, (branch.Process.CpuTime - below).TotalMicroseconds / rows, (shop.Office.Process.CpuTime - above).TotalMicroseconds / rows);
            EqualRows.Verify(shop.Office, branch, invitation.Branch, written);
            return run;
        }
        finally
        {
            shop.Close(branch);
        }
    }

    private readonly record struct Run(double Seconds, double Branch, double Master);
}
