using Branchline.Merchant;

namespace Branchline.Scenarios.Chain;

/// <summary>Head office and branch are brought up to date one after the other, with the shop open.</summary>
public sealed class NewerSchemaTests
{
    private const string Products = "      name:           { type: text, required: true, max: 200, search: true }\n";

    [Fact]
    public async Task Whichever_side_is_brought_up_to_date_first_both_go_on_and_are_equal_once_the_other_is_too()
    {
        using var data = new TempDirectory();
        using var newer = Schema("shade");
        using var newest = Schema("shade", "pattern");
        using var office = await Shop.OpenAsync(data.Path);
        using var north = await ChainBranch.JoinAsync(office, "North", 1);
        var product = office.ProductIds[0];
        north.Open(product);

        await RestartAsync(office, newer, north);
        await office.ChangeAsync("products", product, new { shade = "white", price = 1100 });
        await Books.SettleAsync(office, north, "head office was brought up to date");
        await north.SoldAsync(20);
        await RestartAsync(north.Shop, newer);
        await north.SoldAsync(20);
        await UntilAsync(north.Data, $"SELECT shade FROM products WHERE id = '{product}'", "white");
        await Books.SettleAsync(office, north, "the branch was, too");

        await RestartAsync(north.Shop, newest);
        await north.Shop.ChangeAsync("products", product, new { pattern = "dots" });
        await office.ChangeAsync("products", product, new { price = 1200 });
        await north.UntilAsync(status => status.GetProperty("lanes").EnumerateArray().Sum(lane => lane.GetProperty("held").GetInt64()) == 1);
        await north.SoldAsync(20);
        await Books.SettleAsync(office, north, "the branch was brought further than head office");
        await RestartAsync(office, newest, north);

        await Books.CloseAsync(office, north);
        using var above = new StoredShop(office.Data);
        Assert.Equal(["white dots 1200"], above.Column($"SELECT shade || ' ' || pattern || ' ' || price FROM products WHERE id = '{product}'"));
    }

    /// <summary>The merchant's schema and more fields of products.</summary>
    private static TempDirectory Schema(params string[] fields)
    {
        var directory = new TempDirectory();
        foreach (var (name, text) in MerchantSchema.Files)
        {
            var more = string.Concat(fields.Select(field => $"      {field}: {{ type: text }}\n"));
            File.WriteAllText(Path.Combine(directory.Path, name), text.Replace(Products, Products + more, StringComparison.Ordinal));
        }

        return directory;
    }

    private static async Task RestartAsync(Shop shop, TempDirectory schema, ChainBranch? below = null)
    {
        below?.Line.Cut();
        await shop.Node.StopAsync();
        shop.Kill();
        shop.Options = [.. shop.Options.TakeWhile(option => option != "--schema"), "--schema", schema.Path];
        await shop.StartAsync();
        if (below is not null)
        {
            below.Line.Node = shop.Node.Address;
        }
    }

    private static async Task UntilAsync(string data, string sql, string value)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var stored = new StoredShop(data);
        while (stored.Column(sql) is not [var found] || found != value)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, late.Token);
        }
    }
}
