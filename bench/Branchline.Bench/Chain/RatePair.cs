using System.Text.Json;
using Branchline.Bench.Engine;

namespace Branchline.Bench.Chain;

/// <summary>
/// One-row mutations a second from a branch to its master and back: they are written at one node by devices, and then one round brings them to the
/// other. Both nodes' code is compiled while it runs, so some rounds come before those that count.
/// </summary>
internal sealed class RatePair(BenchRun run, Shop shop, ChainNode branch, Guid id)
{
    private const int WarmUps = 4;
    private readonly int _mutations = Math.Max(800, (int)(20_000 * run.Scale));
    private readonly List<Guid> _written = [];

    public static async Task<RatePair> OpenAsync(Shop shop, BenchRun run)
    {
        var invitation = await shop.InviteAsync("Rate");
        var branch = await shop.JoinAsync(invitation, Shop.ByHand);
        await branch.RunRoundAsync();
        return new RatePair(run, shop, branch, invitation.Branch);
    }

    public async Task<IReadOnlyList<Figure>> MeasureUpAsync() =>
        await MeasureAsync("Upload of one-row mutations, branch to master", await branch.SeatAsync("manager", id), round => round.GetProperty("applied").GetInt32());

    public async Task<IReadOnlyList<Figure>> MeasureDownAsync() =>
        await MeasureAsync("Download of one-row changes, master to branch", await shop.Office.SeatAsync("manager", id), round => round.GetProperty("changes").GetInt32());

    private async Task<IReadOnlyList<Figure>> MeasureAsync(string what, Seat writer, Func<JsonElement, int> brought)
    {
        using var load = new Load(writer, what[..2].ToLowerInvariant());
        for (var time = 0; time < WarmUps; time++)
        {
            await RunAsync(load, brought);
        }

        var runs = new List<Run>();
        for (var time = 0; time < run.Runs; time++)
        {
            runs.Add(await RunAsync(load, brought));
        }

        _written.AddRange(load.Acknowledged);
        EqualRows.Verify(shop.Office, branch, id, _written);
        return
        [
            new Figure(what, "mutations/s", [.. runs.Select(one => one.Rate)]) { AtLeast = 20_000, Cpu = [.. runs.Select(one => one.Branch + one.Master)] },
            new Figure("CPU time of the branch for each", "µs", [.. runs.Select(one => one.Branch)]),
            new Figure("CPU time of the master for each", "µs", [.. runs.Select(one => one.Master)]),
        ];
    }

    private async Task<Run> RunAsync(Load load, Func<JsonElement, int> brought)
    {
        var count = load.Write(_mutations);
        var (below, above, started) = (branch.Process.CpuTime, shop.Office.Process.CpuTime, TimeProvider.System.GetTimestamp());
        var round = await branch.RunRoundAsync();
        var took = TimeProvider.System.GetElapsedTime(started);
        return brought(round) == count
            ? new Run(count / took.TotalSeconds, (branch.Process.CpuTime - below).TotalMicroseconds / count, (shop.Office.Process.CpuTime - above).TotalMicroseconds / count)
            : throw new InvalidOperationException($"{count} mutations were written, and the round brought others: {round}");
    }

    private readonly record struct Run(double Rate, double Branch, double Master);
}
