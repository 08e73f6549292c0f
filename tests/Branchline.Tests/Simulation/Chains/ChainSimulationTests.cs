namespace Branchline.Tests.Simulation.Chains;

/// <summary>
/// Trees, rings and double masters, each from a seed. <c>make test</c> tries a fixed sample, <c>make soak SECONDS=1800</c> others for as long as it is told.
/// </summary>
public sealed class ChainSimulationTests
{
    private const int Sample = 60;

    [Fact]
    public Task Whatever_goes_wrong_between_nodes_all_end_equal_and_nothing_is_lost() => Parallel.ForEachAsync(
        Enumerable.Range(1, int.TryParse(Environment.GetEnvironmentVariable("CHAINS"), out var more) ? more : Sample).Select(ChainPlan.Of),
        new ParallelOptions { MaxDegreeOfParallelism = 2 }, (plan, _) => HoldAsync(plan));

    [Fact]
    public async Task What_failed_once_does_not_fail_again()
    {
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "tests/Branchline.Tests/Simulation/Chains/seeds.txt")).Where(line => !line.StartsWith('#')))
        {
            await HoldAsync(ChainPlan.Parse(line));
        }
    }

    private static async ValueTask HoldAsync(ChainPlan plan)
    {
        try
        {
            await ChainRun.RunAsync(plan);
        }
        catch (Exception failure)
        {
            Assert.Fail($"{plan}\n  smallest: {await ShrinkAsync(plan)}\n  {failure}");
        }
    }

    private static async Task<ChainPlan> ShrinkAsync(ChainPlan plan)
    {
        foreach (var smaller in plan.Smaller())
        {
            try
            {
                await ChainRun.RunAsync(smaller);
            }
            catch (Exception)
            {
                return await ShrinkAsync(smaller);
            }
        }

        return plan;
    }
}
