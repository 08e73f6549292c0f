using Branchline.Scenarios.Faults;

namespace Branchline.Scenarios.Chain;

/// <summary>
/// Head office and two branches are processes that are killed at random moments, on lines that break in every way, while clerks sell in both branches and
/// head office changes prices. After each round all is healed and held to account. 10 rounds; in <c>make soak</c> 100.
/// </summary>
[Trait("Kind", "soak")]
public sealed class KilledBranchTests(ITestOutputHelper output)
{
    private static readonly LineFault[] Faults = [LineFault.None, LineFault.Delays, LineFault.Cuts, LineFault.HalfOpens, LineFault.Truncates];

    [Fact]
    public async Task Whatever_is_killed_or_cut_every_sale_is_in_its_branch_and_at_head_office_once()
    {
        var random = new Random(1);
        using var data = new TempDirectory();
        using var office = await Shop.OpenAsync(data.Path);
        using var north = await ChainBranch.JoinAsync(office, "North", 1);
        using var south = await ChainBranch.JoinAsync(office, "Harbour", 2);
        ChainBranch[] branches = [north, south];
        var product = office.ProductIds[0];
        Array.ForEach(branches, branch => branch.Open(product));
        for (var round = 0; round < (Soak.IsOn ? 100 : 10); round++)
        {
            var fault = Faults[random.Next(Faults.Length)];
            Array.ForEach(branches, branch => branch.Line.Break(fault));
            await office.ChangeAsync("products", product, new { price = 1000 + round });
            await MomentAsync(random, 300);
            await BreakAsync(round % 4, office, branches, random);
            await Task.WhenAll(branches.Select(branch => branch.SoldAsync(5)));
            Array.ForEach(branches, branch => branch.Line.Heal());
            await SettleAsync(office, branches, $"round {round} ({fault})");
        }

        await Task.WhenAll(branches.Select(branch => branch.CloseAsync()));
        await SettleAsync(office, branches, "the end");
        output.WriteLine($"{north.Sold.Count} and {south.Sold.Count} sales");
        Assert.All(branches, branch => Assert.True(branch.Sold.Count > 50, "That was no load"));
    }

    private static async Task BreakAsync(int what, Shop office, ChainBranch[] branches, Random random)
    {
        var branch = branches[random.Next(branches.Length)];
        switch (what)
        {
            case 0:
                Array.ForEach(branches, one => one.Line.Node = null);
                await office.KillAndStartAsync();
                Array.ForEach(branches, one => one.Line.Node = office.Node.Address);
                break;
            case 1:
                branch.Kill();
                await branch.StartAsync();
                break;
            case 2:
                branch.Kill();
                await branch.BeginAndKillAsync(MomentAsync(random, 800));
                await branch.StartAsync();
                break;
            default:
                await MomentAsync(random, 1000);
                break;
        }
    }

    private static Task MomentAsync(Random random, int longest) =>
        Task.Delay(TimeSpan.FromMilliseconds(random.Next(longest)), TimeProvider.System, CancellationToken.None);

    private static async Task SettleAsync(Shop office, ChainBranch[] branches, string when)
    {
        foreach (var branch in branches)
        {
            await Books.SettleAsync(office, branch, when);
        }
    }
}
