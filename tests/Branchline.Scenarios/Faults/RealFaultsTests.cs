using System.Globalization;

namespace Branchline.Scenarios.Faults;

/// <summary>
/// Node and tills are processes that are killed at random moments, on a line that is bad in every way, and the node's database is put back
/// by some rounds now and then. After each round all is healed and held to account. 25 rounds; in <c>make soak</c> 500. <c>FAULT_SEED</c>
/// begins with another seed.
/// </summary>
[Trait("Kind", "soak")]
public sealed class RealFaultsTests(ITestOutputHelper output)
{
    private const int DaysOfSoak = 20;
    private const int MostWaitMilliseconds = 300;

    /// <summary>What is done in the rounds of a day, in an order of chance.</summary>
    private static readonly Act[] Rounds =
    [
        .. Enumerable.Repeat(Act.KillNode, 4), .. Enumerable.Repeat(Act.KillDevice, 4), .. Enumerable.Repeat(Act.KillBoth, 4),
        .. Enumerable.Repeat(Act.KillAsItStarts, 4), .. Enumerable.Repeat(Act.Nothing, 7), .. Enumerable.Repeat(Act.Restore, 2),
    ];

    private static readonly LineFault[] Faults = [LineFault.Delays, LineFault.Cuts, LineFault.HalfOpens, LineFault.Truncates];

    [Fact]
    public async Task Whatever_is_killed_cut_or_put_back_every_sale_is_on_the_node_once_and_all_tills_agree()
    {
        var first = int.Parse(Environment.GetEnvironmentVariable("FAULT_SEED") ?? "1", CultureInfo.InvariantCulture);
        for (var seed = first; seed < first + (Soak.IsOn ? DaysOfSoak : 1); seed++)
        {
            await DayAsync(seed);
        }
    }

    private async Task DayAsync(int seed)
    {
        var random = new Random(seed);
        var acts = Rounds.ToArray();
        random.Shuffle(acts);
        using var day = await BadDay.BeginAsync(seed, "right", "right", "jumping");
        var copy = day.Copy();
        await day.CheckAsync();
        for (var round = 0; round < acts.Length; round++)
        {
            var (act, fault) = (acts[round], acts[round] == Act.Nothing || random.Next(2) == 0 ? Faults[random.Next(Faults.Length)] : LineFault.None);
            try
            {
                day.Line.Break(fault);
                await MomentAsync(random);
                await DoAsync(day, act, random, copy);
                await MomentAsync(random);
                await day.CheckAsync();
            }
            catch (Exception broken)
            {
                var said = day.Devices.Select(device => $"{device.Series} said: {string.Join('\n', device.Said.Split('\n').TakeLast(20))}");
                throw new InvalidOperationException(
                    $"Seed {seed}, round {round} ({act}, {fault}): {broken.Message}\n{string.Join('\n', said)}\nNode: {day.Shop.Node.Log}", broken);
            }

            if (act == Act.Restore)
            {
                copy = day.Copy();
            }
        }

        await day.EndAsync();
        output.WriteLine(Told(seed, day));
        Assert.All(day.Devices, device => Assert.True(device.Saved.Count > acts.Length, "That was no load"));
    }

    private static async Task DoAsync(BadDay day, Act act, Random random, string copy)
    {
        var device = day.Devices[random.Next(day.Devices.Count)];
        switch (act)
        {
            case Act.KillNode:
                day.KillNode();
                await MomentAsync(random);
                await day.StartNodeAsync();
                break;
            case Act.KillDevice:
                device.Kill();
                await MomentAsync(random);
                day.Start(device);
                break;
            case Act.KillBoth:
                device.Kill();
                day.KillNode();
                day.Start(device);
                await day.StartNodeAsync();
                break;
            case Act.KillAsItStarts:
                device.Kill();
                day.KillNode();
                day.Start(device);
                await day.BeginNodeAndKillAsync(MomentAsync(random));
                device.Kill();
                await day.StartNodeAsync();
                day.Start(device);
                break;
            case Act.Restore:
                day.KillNodeAndRestore(copy);
                await day.StartNodeAsync();
                break;
        }
    }

    private static Task MomentAsync(Random random) =>
        Task.Delay(TimeSpan.FromMilliseconds(random.Next(MostWaitMilliseconds)), TimeProvider.System);

    private static string Told(int seed, BadDay day) =>
        $"Seed {seed}: {day.Devices.Sum(device => device.Saved.Count)} sales, {day.Devices.Sum(device => device.Kills)} tills killed; "
        + string.Join(", ", Faults.Select(fault => $"{fault} {day.Line.Happened(fault)}"));

    private enum Act
    {
        Nothing,
        KillNode,
        KillDevice,
        KillBoth,
        KillAsItStarts,
        Restore,
    }
}
