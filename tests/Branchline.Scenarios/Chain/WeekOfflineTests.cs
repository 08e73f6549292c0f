namespace Branchline.Scenarios.Chain;

/// <summary>A branch without a line for as long as 5,000 mutations take; in <c>make soak</c> 100,000.</summary>
[Trait("Kind", "soak")]
public sealed class WeekOfflineTests(ITestOutputHelper output)
{
    private const int Tills = 4;
    private const int Together = 500;
    private static readonly int Each = (Soak.IsOn ? 100_000 : 5_000) / Tills;
    private static readonly TimeSpan SettlesWithin = TimeSpan.FromMinutes(Soak.IsOn ? 20 : 2);

    [Fact]
    public async Task After_a_week_offline_everything_arrives_once_and_in_its_order()
    {
        using var data = new TempDirectory();
        using var office = await Shop.OpenAsync(data.Path);
        using var north = await ChainBranch.JoinAsync(office, "North", 1);
        Till[] tills = [.. Enumerable.Range(1, Tills).Select(number => new Till(north.Shop, $"till-{number}", number, Together))];
        north.Line.Cut();
        await north.FailedAsync();
        var since = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(tills.Select(till => till.SellAsync(Each)));
        Assert.Equal(Tills * Each, ChainBranch.Waiting(await north.UntilAsync(status => status.GetProperty("status").GetString() == "failed")));
        output.WriteLine($"{Tills * Each} mutations taken in {TimeProvider.System.GetElapsedTime(since).TotalSeconds:0.0} s");

        since = TimeProvider.System.GetTimestamp();
        north.Line.Node = office.Node.Address;
        await north.UntilAsync(status => status.GetProperty("status").GetString() == "success" && ChainBranch.Waiting(status) == 0, SettlesWithin);
        output.WriteLine($"Up in {TimeProvider.System.GetElapsedTime(since).TotalSeconds:0.0} s");

        await Books.EqualAsync(office, north);
        using var above = new StoredShop(office.Data);
        Assert.Equal(tills.SelectMany(till => till.Acknowledged.Keys).Order(), above.Ids("SELECT id FROM inventory_adjustments").Order());
        Assert.Equal(tills.SelectMany(till => till.Mutations).Order(), above.Ids("SELECT id FROM _mutations WHERE device LIKE 'till-%'").Order());
        Assert.Equal(0, above.Number("""
            SELECT COUNT(*) FROM (SELECT n, LAG(n, 1, 0) OVER (PARTITION BY device ORDER BY seq) AS before FROM _mutations WHERE device LIKE 'till-%')
            WHERE n <> before + 1
            """));
        foreach (var moves in tills.SelectMany(till => till.Acknowledged.Values).GroupBy(move => move.Product))
        {
            Assert.Equal(moves.Sum(move => move.Quantity), above.Number($"SELECT quantity FROM inventories WHERE product_id = '{moves.Key}' AND branch_id = '{north.Id}'"));
        }
    }
}
