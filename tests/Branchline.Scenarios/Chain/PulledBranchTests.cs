using System.Text.Json;

namespace Branchline.Scenarios.Chain;

/// <summary>
/// The cable between a branch and head office is pulled in the middle of what they tell each other. The branch says so and sells on; with the cable back, it
/// goes on by itself, and both have everything once.
/// </summary>
public sealed class PulledBranchTests
{
    private const int Moves = 600;
    private const int Products = 2000;
    private const string CountMoves = "SELECT COUNT(*) FROM inventory_adjustments WHERE kind = 'in'";
    private const string CountProducts = "SELECT COUNT(*) FROM products";

    [Fact]
    public async Task Pulled_in_the_middle_of_an_upload_the_rest_goes_up_once_the_cable_is_back()
    {
        using var office = await CutOffice.OpenAsync();
        using var north = await office.JoinAsync(CutOffice.InPieces);
        var till = new Till(north.Shop, "till-1", 1, 100);
        office.Cable.Pull();
        await till.SellAsync(Moves);
        await north.FailedAsync();
        office.Cable.Mend();

        await office.PullAmidAsync(office.Shop.Data, CountMoves, Moves);
        await OfflineAsync(north, office.Shop.ProductIds[0]);
        office.Cable.Mend();

        await Books.CloseAsync(office.Shop, north);
        using var above = new StoredShop(office.Shop.Data);
        Assert.Equal(till.Acknowledged.Keys.Order(), above.Ids("SELECT id FROM inventory_adjustments WHERE kind = 'in'").Order());
    }

    [Fact]
    public async Task Pulled_in_the_middle_of_a_download_the_rest_comes_down_once_the_cable_is_back()
    {
        using var office = await CutOffice.OpenAsync();
        using var north = await office.JoinAsync(CutOffice.InPieces);
        office.Cable.Pull();
        await office.AddProductsAsync(Products);
        office.Cable.Mend();

        await office.PullAmidAsync(north.Data, CountProducts, Products);
        await OfflineAsync(north, office.Shop.ProductIds[0]);
        office.Cable.Mend();

        await Books.CloseAsync(office.Shop, north);
        using var below = new StoredShop(north.Data);
        Assert.Equal(Products + office.Shop.ProductIds.Count, below.Number(CountProducts));
    }

    [Fact]
    public async Task Pulled_in_the_middle_of_the_first_load_the_branch_sells_what_it_has_and_loads_the_rest_once_the_cable_is_back()
    {
        using var office = await CutOffice.OpenAsync();
        await office.AddProductsAsync(Products);
        using var north = await ChainBranch.BeginAsync(office.Shop, "North", 1, office.Cable, CutOffice.InPieces);

        await office.PullAmidAsync(north.Data, CountProducts, Products + office.Shop.ProductIds.Count);
        var status = await OfflineAsync(north, office.Shop.ProductIds[0]);
        Assert.False(status.GetProperty("isLoaded").GetBoolean());
        office.Cable.Mend();

        await north.LoadedAsync();
        await Books.CloseAsync(office.Shop, north);
    }

    [Fact]
    public async Task What_head_office_has_accepted_without_being_heard_is_sent_again_and_counts_once()
    {
        using var office = await CutOffice.OpenAsync();
        using var north = await office.JoinAsync(ChainBranch.Impatient);
        north.Open(office.Shop.ProductIds[0]);
        do
        {
            office.Cable.Mend();
            await north.IdleAsync();
            await north.SoldAsync(1);
            office.Cable.LoseFromHere();
            await north.FailedAsync();
        }
        while (!IsInDoubt(office.Shop, north));

        await OfflineAsync(north, null);
        office.Cable.Mend();

        await Books.CloseAsync(office.Shop, north);
    }

    /// <summary>The branch says that it does not reach head office, and sells on.</summary>
    private static async Task<JsonElement> OfflineAsync(ChainBranch north, Guid? product)
    {
        Assert.NotEmpty(await north.FailedAsync());
        if (product is { } goods)
        {
            north.Open(goods);
        }

        await north.SoldAsync(20);
        return await north.UntilAsync(status => status.GetProperty("status").GetString() == "failed" && ChainBranch.Waiting(status) >= 20);
    }

    /// <summary>Whether head office has something of which the branch does not know that.</summary>
    private static bool IsInDoubt(Shop office, ChainBranch north)
    {
        using var above = new StoredShop(office.Data);
        using var below = new StoredShop(north.Data);
        return below.Ids("SELECT json ->> '$.mutation.id' FROM _up WHERE state = 0").Intersect(above.Ids("SELECT id FROM _mutations")).Any();
    }
}
