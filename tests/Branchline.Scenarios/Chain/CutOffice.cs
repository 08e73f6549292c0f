using Branchline.Scenarios.Realtime;

namespace Branchline.Scenarios.Chain;

/// <summary>A head office whose branch is on a machine of its own, at the other end of a cable that may be pulled.</summary>
internal sealed class CutOffice : IDisposable
{
    /// <summary>Messages so small that there is a middle in which the cable can be pulled.</summary>
    public static readonly string[] InPieces = [.. ChainBranch.Impatient, "--set", "Branchline:Sync:Timeout=00:00:01", "--set", "Branchline:Sync:PushCount=2", "--set", "Branchline:Sync:PullCount=20"];

    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(1);
    private readonly TempDirectory _data;

    private CutOffice(Cable cable, TempDirectory data, Shop office) => (Cable, _data, Shop) = (cable, data, office);

    public Cable Cable { get; }

    public Shop Shop { get; }

    /// <summary>Skips the test, saying so, where no cable can be laid.</summary>
    public static async Task<CutOffice> OpenAsync()
    {
        var (cable, data) = (Cable.LayOrSkip(), new TempDirectory());
        return new CutOffice(cable, data, await Shop.OpenAsync(data.Path, "--urls", "http://0.0.0.0:0"));
    }

    public Task<ChainBranch> JoinAsync(params string[] options) => ChainBranch.JoinAsync(Shop, "North", Cable, options);

    /// <summary>Head office has so many more products.</summary>
    public async Task AddProductsAsync(int count)
    {
        foreach (var numbers in Enumerable.Range(0, count).Chunk(500))
        {
            await Shop.CreateAsync("products", numbers.Select(number => new { id = Shop.Ids.Next(), name = $"More {number}", price = 100 }));
        }
    }

    /// <summary>Pulls the cable once a node has some, but not all, of so many rows that it did not have.</summary>
    public async Task PullAmidAsync(string data, string count, long all)
    {
        using var stored = new StoredShop(data);
        var before = stored.Number(count);
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (stored.Number(count) == before)
        {
            await Task.Delay(Again, TimeProvider.System, late.Token);
        }

        Cable.Pull();
        Assert.InRange(stored.Number(count), before + 1, before + all - 1);
    }

    public void Dispose()
    {
        Shop.Dispose();
        Cable.Dispose();
        _data.Dispose();
    }
}
