using System.Globalization;

namespace Branchline.Tests.Simulation.Chains;

/// <summary>
/// Trees, rings and double masters, each from a seed. <c>make test</c> tries a fixed sample, <c>make soak SECONDS=1800</c> others for as long as it is told.
/// </summary>
public sealed class ChainSimulationTests
{
    private const int Sample = 30;
    private const int Lanes = 2;

    [Fact]
    public Task Whatever_goes_wrong_between_nodes_all_end_equal_and_nothing_is_lost() => Parallel.ForEachAsync(
        Enumerable.Range(1, Sample).Select(ChainPlan.Of), new ParallelOptions { MaxDegreeOfParallelism = Lanes }, (plan, _) => HoldAsync(plan));

    [Fact]
    public async Task What_failed_once_does_not_fail_again()
    {
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "tests/Branchline.Tests/Simulation/Chains/seeds.txt")).Where(line => !line.StartsWith('#')))
        {
            await HoldAsync(ChainPlan.Parse(line));
        }
    }

    [Fact]
    [Trait("Kind", "simulation")]
    public async Task Other_chains_hold_for_as_long_as_told()
    {
        var (count, since) = (0, TimeProvider.System.GetTimestamp());
        var length = TimeSpan.FromSeconds(int.TryParse(Environment.GetEnvironmentVariable("SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 0);
        IEnumerable<ChainPlan> Seeds()
        {
            for (var seed = Sample + 1; TimeProvider.System.GetElapsedTime(since) < length; seed++)
            {
                yield return ChainPlan.Of(seed);
            }
        }

        await Parallel.ForEachAsync(Seeds(), new ParallelOptions { MaxDegreeOfParallelism = Lanes }, async (plan, _) =>
        {
            await HoldAsync(plan);
            Interlocked.Increment(ref count);
        });
        TestContext.Current.SendDiagnosticMessage($"{count} chains, none failed");
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
