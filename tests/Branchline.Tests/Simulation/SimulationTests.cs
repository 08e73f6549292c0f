using System.Globalization;

namespace Branchline.Tests.Simulation;

/// <summary>
/// Thousands of ways in which things go wrong together, each from a seed. <c>make test</c> tries a fixed sample, <c>make soak SECONDS=1800</c>
/// others for as long as it is told. A failing seed is printed with the smallest plan that still fails; kept in <c>seeds.txt</c>, it is tried for ever.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Sample = 250;
    private const int Lanes = 2;
    private const int MostSeeds = 60;

    [Fact]
    public Task Whatever_goes_wrong_no_promise_is_broken() => Parallel.ForEachAsync(
        Enumerable.Range(1, Sample).Select(Plan.Of), new ParallelOptions { MaxDegreeOfParallelism = Lanes }, (plan, _) => HoldAsync(plan));

    [Fact]
    public async Task The_same_seed_gives_the_same_run()
    {
        foreach (var plan in Enumerable.Range(1, 40).Select(Plan.Of).Where(plan => plan.Clients > 0).Take(8))
        {
            Assert.Equal(await SimRun.RunAsync(plan), await SimRun.RunAsync(plan));
        }
    }

    [Fact]
    public async Task What_failed_once_does_not_fail_again()
    {
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "tests/Branchline.Tests/Simulation/seeds.txt")).Where(line => !line.StartsWith('#')))
        {
            await HoldAsync(Plan.Parse(line));
        }
    }

    /// <summary>The proof that the checks can fail.</summary>
    [Theory]
    [MemberData(nameof(Plants))]
    public async Task A_mistake_that_others_made_is_found(string plant)
    {
        for (var seed = 1; seed <= MostSeeds; seed++)
        {
            try
            {
                await SimRun.RunAsync(Plan.Of(seed) with { Plant = Enum.Parse<Plant>(plant) });
            }
            catch (BrokenPromiseException broken)
            {
                output.WriteLine($"{plant} is found by seed {seed}: {broken.Message}");
                return;
            }
        }

        Assert.Fail($"{plant} was not found by {MostSeeds} seeds");
    }

    [Fact]
    [Trait("Kind", "simulation")]
    public async Task Other_seeds_hold_for_as_long_as_told()
    {
        var told = Environment.GetEnvironmentVariable("SECONDS");
        var (count, since) = (0, TimeProvider.System.GetTimestamp());
        var length = TimeSpan.FromSeconds(int.TryParse(told, CultureInfo.InvariantCulture, out var seconds) ? seconds : 0);
        IEnumerable<Plan> Seeds()
        {
            for (var seed = Sample + 1; TimeProvider.System.GetElapsedTime(since) < length; seed++)
            {
                yield return Plan.Of(seed);
            }
        }

        await Parallel.ForEachAsync(Seeds(), new ParallelOptions { MaxDegreeOfParallelism = Lanes }, async (plan, _) =>
        {
            await HoldAsync(plan);
            Interlocked.Increment(ref count);
        });
        var minutes = TimeProvider.System.GetElapsedTime(since).TotalMinutes;
        TestContext.Current.SendDiagnosticMessage($"{count} seeds, {count / Math.Max(minutes, 1.0 / 60):0} a minute, none failed");
        output.WriteLine($"{count} seeds, none failed");
    }

    public static TheoryData<string> Plants => new(Enum.GetNames<Plant>().Where(name => name != nameof(Plant.None)));

    private static async ValueTask HoldAsync(Plan plan)
    {
        try
        {
            await SimRun.RunAsync(plan);
        }
        catch (Exception failure)
        {
            Assert.Fail($"{plan}\n  smallest: {await ShrinkAsync(plan)}\n  {failure}");
        }
    }

    private static async Task<Plan> ShrinkAsync(Plan plan)
    {
        foreach (var smaller in plan.Smaller())
        {
            try
            {
                await SimRun.RunAsync(smaller);
            }
            catch (Exception)
            {
                return await ShrinkAsync(smaller);
            }
        }

        return plan;
    }
}
