using Branchline.Bench.Engine;
using Branchline.Merchant;
using Branchline.Protocol.Schema;
using Branchline.Server.Replication;
using Branchline.Server.Schema;

namespace Branchline.Bench.Chain;

/// <summary>
/// One master and 10, 50, 100 and 200 simulated branches, which hold a question for news open, send up a row every two seconds and read what there is.
/// Head office changes a product twice a second; the lag is from sending that until a branch has read it.
/// </summary>
internal static class CrowdFigure
{
    private const double MB = 1024 * 1024;
    private static readonly int[] Sizes = [10, 50, 100, 200];
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(BenchRun run)
    {
        await using var shop = await Shop.OpenAsync(run.Program);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
        using var crowd = new Gathering(shop, new MasterLine(http, TimeProvider.System), SchemaSource.FromFiles(MerchantSchema.Files).Load());
        var figures = new List<Figure>();
        foreach (var size in Sizes.Where(size => size <= Math.Max(10, 200 * run.Scale)))
        {
            await crowd.GrowAsync(size);
            figures.AddRange(await MeasureAsync(shop, crowd, size, Math.Max(4, (int)(20 * run.Scale))));
        }

        await crowd.EndAsync();
        return figures;
    }

    private static async Task<IEnumerable<Figure>> MeasureAsync(Shop shop, Gathering crowd, int size, int seconds)
    {
        await crowd.ChangeAsync(TimeSpan.FromSeconds(2), Pause);
        _ = crowd.Clock.Take();
        var (cpu, started) = (shop.Office.Process.CpuTime, TimeProvider.System.GetTimestamp());
        var sent = await crowd.ChangeAsync(TimeSpan.FromSeconds(seconds), Pause);
        var share = 100 * (shop.Office.Process.CpuTime - cpu) / TimeProvider.System.GetElapsedTime(started);
        await Task.Delay(Pause, TimeProvider.System);
        var (memory, waits) = (shop.Office.Process.ResidentBytes / MB, crowd.Clock.Take());
        _ = waits.Length == sent * size ? 0 : throw new InvalidOperationException($"{sent} changes to {size} branches were read {waits.Length} times");
        var what = $"{size} branches at one master";
        return
        [
            new Figure($"{what}: processor of the master", "% of a core", [share]),
            new Figure($"{what}: memory of the master", "MB", [memory]),
            new Figure($"{what}: lag", "ms, p50", [Figure.Percentile(waits, 0.5)]),
            new Figure($"{what}: lag", "ms, p99", [Figure.Percentile(waits, 0.99)]),
        ];
    }
}
