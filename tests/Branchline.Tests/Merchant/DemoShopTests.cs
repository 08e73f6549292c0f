using Branchline.Merchant;
using Branchline.Merchant.Demo;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Mutations;
using Branchline.Server.Store;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Merchant;

/// <summary>The demo on a real node. Seeding takes seconds, so many questions are asked of one shop.</summary>
public sealed class DemoShopTests : IAsyncLifetime
{
    private TestNode _node = null!;

    public async ValueTask InitializeAsync() =>
        _node = await TestNode.StartAsync(new TestSettings { Rules = MerchantRules.All, Demo = true });

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task A_seeded_shop_adds_up_and_seeding_it_again_changes_nothing()
    {
        Assert.True(await Demo().SeedAsync(TestContext.Current.CancellationToken) > 1000);
        await TheShopAddsUpAsync();

        var before = await CountAsync("_log");
        Assert.Equal(0, await Demo().SeedAsync(TestContext.Current.CancellationToken));
        Assert.Equal(before, await CountAsync("_log"));
    }

    [Fact]
    public async Task Seeding_that_was_cut_short_yesterday_is_taken_up_today()
    {
        var yesterday = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().AddHours(-20).ToUnixTimeMilliseconds());
        var story = DemoShop.Tell(1, yesterday).ToList();
        foreach (var mutations in story.Take(story.Count / 2).Chunk(200))
        {
            await _node.Node.Mutations.ApplyAllAsync(mutations, Writer.Node, ApplyOptions.Default, TestContext.Current.CancellationToken);
        }

        Assert.Equal(story.Count, await Demo().SeedAsync(TestContext.Current.CancellationToken));
        await TheShopAddsUpAsync();
    }

    private async Task TheShopAddsUpAsync()
    {
        await NothingNeedsAttentionAsync();
        await EverySaleIsPaidAsync();
        await StockIsWhatWasMovedAsync();
        await TheBoardsHaveOrdersInEveryStateAsync();
        await EveryTableHasRowsAsync();
        Assert.Equal(6, Staff.All.Count(member => _node.Node.Users.FindByEmail(member.Email)?.Id == member.Id));
    }

    private DemoShop Demo() => new(_node.Node, TimeProvider.System);

    private async Task NothingNeedsAttentionAsync()
    {
        Assert.Equal(0, await CountAsync("_flags"));
        Assert.Equal(0, await CountAsync("_conflicts"));
        Assert.Equal(0, await CountAsync("_tray"));
    }

    private async Task EverySaleIsPaidAsync() => Assert.All(await RowsAsync("sales"), sale =>
        Assert.Equal(sale["status"].AsText == "paid" ? sale["total"].AsInteger : 0, sale["paid"].AsInteger));

    private async Task StockIsWhatWasMovedAsync()
    {
        var movements = (await RowsAsync("inventory_adjustments"))
            .OrderBy(entry => entry["at"].AsText, StringComparer.Ordinal)
            .GroupBy(entry => (entry["branch_id"], entry["product_id"]))
            .ToDictionary(shelf => shelf.Key, shelf => shelf.Aggregate(
                0L, (sum, entry) => entry["kind"].AsText == "count" ? entry["quantity"].AsInteger!.Value : sum + entry["quantity"].AsInteger!.Value));
        var inventories = await RowsAsync("inventories");
        Assert.Equal(movements.Count, inventories.Count);
        Assert.All(inventories, row => Assert.Equal(movements[(row["branch_id"], row["product_id"])], row["quantity"].AsInteger));
    }

    private async Task TheBoardsHaveOrdersInEveryStateAsync()
    {
        foreach (var table in new[] { "orders", "registrations" })
        {
            var workflow = Shop.Tables[table].Workflow!;
            var states = (await RowsAsync(table)).Select(row => (row["branch_id"], row["status"].AsText)).Distinct();
            Assert.Equal(workflow.Order.Count * 2, states.Count());
        }
    }

    private async Task EveryTableHasRowsAsync()
    {
        foreach (var table in Shop.Tables.Keys)
        {
            Assert.NotEmpty(await RowsAsync(table));
        }
    }

    private BusinessSchema Shop => _node.Services.GetRequiredService<BusinessSchema>();

    private async Task<IReadOnlyList<IReadOnlyDictionary<string, FieldValue>>> RowsAsync(string table)
    {
        IReadOnlyList<string> scopes =
        [
            "everyone", .. Enumerable.Range(1, 2).Select(number => "branch:" + DemoShop.BranchId(number)),
        ];
        var rows = await _node.Services.GetRequiredService<RowReader>().QueryAsync(
            new RowQuery(Shop.Tables[table], scopes) { Limit = 100_000 }, TestContext.Current.CancellationToken);
        return [.. rows.Select(row => row.Fields)];
    }

    private Task<long> CountAsync(string table) => Cases.CountAsync(_node, table);
}
