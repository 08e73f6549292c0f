using Branchline.Bench.Engine;

namespace Branchline.Bench.Chain;

/// <summary>Memory of a branch that follows its master and has 50 tills in step, while nobody does anything.</summary>
internal static class IdleBranchFigure
{
    private const int Tills = 50;
    private const double MB = 1024 * 1024;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(BenchRun run)
    {
        await using var shop = await Shop.OpenAsync(run.Program);
        var invitation = await shop.InviteAsync("Idle");
        var sizes = new double[run.Runs];
        for (var time = 0; time < run.Runs; time++)
        {
            invitation = time == 0 ? invitation : await shop.InviteAgainAsync(invitation);
            var branch = await shop.JoinAsync(invitation, new Dictionary<string, string?>());
            await branch.WhenLoadedAsync();
            var seat = await branch.SeatAsync("manager", invitation.Branch);
            LiveSocket[] tills = [.. Enumerable.Range(0, Tills).Select(_ => new LiveSocket(seat, []))];
            foreach (var (number, till) in tills.Index())
            {
                till.Greet($"bench-till-{number}");
            }

            await Task.Delay(Settle, TimeProvider.System);
            sizes[time] = branch.Process.ResidentBytes / MB;
            Array.ForEach(tills, till => till.Dispose());
            shop.Close(branch);
        }

        return [new Figure($"Memory of an idle branch with {Tills} tills connected", "MB", sizes) { Ceiling = 80 }];
    }
}
