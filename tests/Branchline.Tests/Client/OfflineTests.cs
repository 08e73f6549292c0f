using Branchline.Client;
using Branchline.Protocol;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Client;

public sealed class OfflineTests
{
    [Fact]
    public async Task What_was_saved_offline_is_on_the_node_once_when_the_line_is_back()
    {
        await using var shop = await ClientShop.OpenAsync();
        var client = await shop.InStepAsync("till");
        shop.Line.Cut();
        await client.Table<Product>("products").SaveAsync(ClientShop.Product(client, "Rice"), ClientShop.Late);
        await client.Table<Product>("products").SaveAsync(ClientShop.Product(client, "Salt"), ClientShop.Late);
        Assert.Equal(2, client.Outbox.Waiting);
        Assert.Equal(["Rice", "Salt"], await ClientShop.NamesAsync(client));

        shop.Line.Mend();
        client.Nudge();
        await client.Outbox.WhenSentAsync(ClientShop.Late);

        Assert.Equal(["Rice", "Salt"], await shop.NamesOnNodeAsync());
        Assert.Equal(["Rice", "Salt"], await ClientShop.NamesAsync(client));
        Assert.Empty(await client.Outbox.TrayAsync(ClientShop.Late));
    }

    [Fact]
    public async Task A_client_that_never_saw_its_node_keeps_what_it_is_given()
    {
        await using var shop = await ClientShop.OpenAsync();
        shop.Line.Cut();
        var first = await shop.ConnectAsync("till");
        await first.Table<Product>("products").SaveAsync(ClientShop.Product(first, "Rice"), ClientShop.Late);
        await shop.CloseAsync(first);

        var second = await shop.ConnectAsync("till");
        Assert.Equal(["Rice"], await ClientShop.NamesAsync(second));
        Assert.Equal((1, 0), (second.Outbox.Waiting, second.Outbox.Summary.Rejected));
        Assert.False(second.IsLoaded);

        shop.Line.Mend();
        second.Nudge();
        await second.Outbox.WhenSentAsync(ClientShop.Late);
        Assert.Equal(["Rice"], await shop.NamesOnNodeAsync());
    }

    [Fact]
    public async Task A_mutation_is_all_there_or_not_at_all_and_later_writes_of_it_see_earlier_ones()
    {
        await using var shop = await ClientShop.OpenAsync();
        var client = await shop.InStepAsync("till");
        shop.Line.Cut();
        var rice = ClientShop.Product(client, "Rice");

        await client.MutateAsync(
            draft => draft.Insert("products", rice).Save("products", rice with { Price = 250 })
                .Insert("clients", client.NewId(), ("name", FieldValue.Of("Ana")), ("branch_id", FieldValue.Of(shop.North.ToString()))),
            ClientShop.Late);

        Assert.Equal(1, client.Outbox.Waiting);
        Assert.Equal(250, (await client.Table<Product>("products").FindAsync(rice.Id, ClientShop.Late))!.Price);
        Assert.Equal("Ana", Assert.Single(await client.Table<Buyer>("clients").ListAsync(ClientShop.Late)).Name);
        await Assert.ThrowsAsync<ArgumentException>(() => client.MutateAsync(_ => { }, ClientShop.Late));
    }

    [Fact]
    public async Task A_row_shows_what_the_node_will_fill_in_and_only_what_differs_is_written()
    {
        await using var shop = await ClientShop.OpenAsync();
        var client = await shop.InStepAsync("till");
        shop.Line.Cut();
        var products = client.Table<Product>("products");
        var rice = ClientShop.Product(client, "Rice");
        await products.SaveAsync(rice, ClientShop.Late);
        var seen = (await products.FindAsync(rice.Id, ClientShop.Late))!;

        Assert.Equal(("active", 0m), (seen.Status, seen.TaxRate));
        Assert.Null(await products.SaveAsync(seen, ClientShop.Late));

        await products.SaveAsync(seen with { Price = 300 }, ClientShop.Late);
        var write = Assert.Single(client.Outbox.WaitingMutations()[1].Writes);
        Assert.Equal(WriteKind.Update, write.Kind);
        Assert.Equal(["price"], write.Fields.Keys);
    }

    [Fact]
    public async Task Receipt_numbers_follow_on_one_another_over_a_restart()
    {
        await using var shop = await ClientShop.OpenAsync();
        shop.Line.Cut();
        var first = await shop.ConnectAsync("till");
        var given = await SellAsync(first);
        await SellAsync(first);
        await shop.CloseAsync(first);

        var second = await shop.ConnectAsync("till");
        var third = await SellAsync(second);

        Assert.Equal(("B01-T1-000001", "B01-T1-000003"), (given, third));
        Assert.Equal(
            ["B01-T1-000001", "B01-T1-000002", "B01-T1-000003"],
            second.Outbox.WaitingMutations().Select(mutation => mutation.Writes[0].Fields["sku"].AsText));
    }

    [Fact]
    public async Task Stock_goes_down_here_when_the_sale_is_made()
    {
        await using var shop = await ClientShop.OpenAsync();
        var product = NewId.Next();
        await shop.AsNodeAsync(
            Write.Insert("products", product, ("name", FieldValue.Of("Rice")), ("price", FieldValue.Of(100))),
            Move(shop, product, "in", 10));
        var client = await shop.InStepAsync("till");
        shop.Line.Cut();
        await client.MutateAsync(draft => draft.Insert("inventory_adjustments", client.NewId(), [.. Fields(shop, product, "sale", -3)]), ClientShop.Late);
        Assert.Equal(7, await OnHandAsync(client));

        shop.Line.Mend();
        client.Nudge();
        await client.Outbox.WhenSentAsync(ClientShop.Late);
        Assert.Equal(7, await OnHandAsync(client));
    }

    [Fact]
    public async Task One_store_is_opened_by_one_client_at_a_time()
    {
        await using var shop = await ClientShop.OpenAsync();
        await shop.ConnectAsync("till");

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => shop.ConnectAsync("till"));

        Assert.Equal(ErrorCodes.StoreUnavailable, refused.Code);
    }

    private static async Task<string> SellAsync(BranchlineClient client)
    {
        var saved = await client.MutateAsync(
            draft => draft.Insert("products", client.NewId(), ("name", FieldValue.Of("Sold")), ("sku", FieldValue.Of(draft.NextReceipt("B01-T1")))),
            ClientShop.Late);
        return saved.Receipts["B01-T1"];
    }

    private static async Task<long> OnHandAsync(BranchlineClient client) =>
        Assert.Single(await client.Table<Shelf>("inventories").ListAsync(ClientShop.Late)).Quantity;

    private static RowWrite Move(ClientShop shop, Guid product, string kind, long quantity) =>
        Write.Insert("inventory_adjustments", NewId.Next(), [.. Fields(shop, product, kind, quantity)]);

    private static (string, FieldValue)[] Fields(ClientShop shop, Guid product, string kind, long quantity) =>
    [
        ("product_id", FieldValue.Of(product.ToString())), ("branch_id", FieldValue.Of(shop.North.ToString())),
        ("kind", FieldValue.Of(kind)), ("quantity", FieldValue.Of(quantity)),
    ];

    private sealed record Shelf(Guid Id, long Quantity);
}
