using Branchline.Bench.Engine;

namespace Branchline.Bench.Chain;

/// <summary>The figures of a branch and its master, each process on a data directory of its own.</summary>
internal sealed class ChainCases(BenchRun run, string[] only)
{
    /// <summary>What can be asked for by itself; <c>chain</c> is all of them.</summary>
    public static string[] Words { get; } = ["chain", "chain-up", "chain-down", "chain-load", "chain-seen", "chain-idle", "chain-edit", "chain-crowd"];

    /// <summary>Adds the figures as they come.</summary>
    public async Task RunAsync(Action<Figure[]> add)
    {
        if (Wanted("chain-up", "chain-down"))
        {
            await using var shop = await Shop.OpenAsync(run.Program);
            var pair = await RatePair.OpenAsync(shop, run);
            if (Wanted("chain-up"))
            {
                add([.. await pair.MeasureUpAsync()]);
            }

            if (Wanted("chain-down"))
            {
                add([.. await pair.MeasureDownAsync()]);
            }
        }

        await AddAsync("chain-load", LoadFigure.MeasureAsync, add);
        await AddAsync("chain-seen", SeenFigure.MeasureAsync, add);
        await AddAsync("chain-idle", IdleBranchFigure.MeasureAsync, add);
        await AddAsync("chain-edit", EditFigure.MeasureAsync, add);
        await AddAsync("chain-crowd", CrowdFigure.MeasureAsync, add);
    }

    private async Task AddAsync(string word, Func<BenchRun, Task<IReadOnlyList<Figure>>> measure, Action<Figure[]> add)
    {
        if (Wanted(word))
        {
            add([.. await measure(run)]);
        }
    }

    private bool Wanted(params string[] words) => only.Contains("chain") || words.Any(only.Contains);
}
