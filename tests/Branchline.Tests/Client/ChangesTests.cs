using Branchline.Client;
using Branchline.Protocol;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Client;

public sealed class ChangesTests
{
    [Fact]
    public async Task Another_clients_changes_are_told_in_the_order_of_the_node()
    {
        await using var shop = await ClientShop.OpenAsync();
        var seller = await shop.InStepAsync("seller");
        var watcher = await shop.InStepAsync("watcher");
        await using var changes = watcher.Table<Product>("products").ChangesAsync(ClientShop.Late).GetAsyncEnumerator(ClientShop.Late);
        var names = Enumerable.Range(0, 300).Select(number => $"P{number:d3}").ToArray();

        foreach (var name in names)
        {
            _ = await seller.Table<Product>("products").SaveAsync(ClientShop.Product(seller, name), ClientShop.Late);
        }

        var (seen, last) = (new List<string>(), 0L);
        while (seen.Count < names.Length && await changes.MoveNextAsync())
        {
            Assert.Equal(RowChangeKind.Saved, changes.Current.Kind);
            Assert.True(changes.Current.Seq > last);
            Assert.False(changes.Current.IsPending);
            last = changes.Current.Seq!.Value;
            seen.Add(changes.Current.Row!.Name);
        }

        Assert.Equal(names, seen);
    }

    [Fact]
    public async Task An_own_write_is_told_when_it_is_saved_and_when_it_has_come_back()
    {
        await using var shop = await ClientShop.OpenAsync();
        var client = await shop.InStepAsync("till");
        await using var changes = client.Table<Product>("products").ChangesAsync(ClientShop.Late).GetAsyncEnumerator(ClientShop.Late);
        var rice = ClientShop.Product(client, "Rice");
        await client.Table<Product>("products").SaveAsync(rice, ClientShop.Late);

        await changes.MoveNextAsync();
        Assert.Equal((RowChangeKind.Saved, true, null), (changes.Current.Kind, changes.Current.IsPending, changes.Current.Seq));
        await changes.MoveNextAsync();
        Assert.Equal((RowChangeKind.Saved, false), (changes.Current.Kind, changes.Current.IsPending));
        Assert.NotNull(changes.Current.Seq);

        await client.Outbox.WhenSentAsync(ClientShop.Late);
        await client.Table<Product>("products").DeleteAsync(rice.Id, ClientShop.Late);
        do
        {
            await changes.MoveNextAsync();
        }
        while (changes.Current.Kind == RowChangeKind.Saved);
        Assert.Equal((RowChangeKind.Removed, rice.Id), (changes.Current.Kind, changes.Current.Id));
    }

    [Fact]
    public async Task Who_stays_behind_is_told_to_read_again_and_holds_up_nobody()
    {
        await using var shop = await ClientShop.OpenAsync();
        var options = new ClientOptions { ChangesKept = 3, FirstPause = ClientShop.Quick.FirstPause };
        var client = await shop.InStepAsync("till", options: options);
        await using var changes = client.ChangesAsync(ClientShop.Late).GetAsyncEnumerator(ClientShop.Late);
        for (var product = 0; product < 10; product++)
        {
            await shop.AsNodeAsync(Write.Insert("products", NewId.Next(), ("name", FieldValue.Of($"P{product}")), ("price", FieldValue.Of(1))));
        }

        await ClientShop.InStepAsync(client);
        Assert.Equal(10, (await ClientShop.NamesAsync(client)).Length);
        var kinds = new List<RowChangeKind>();
        while (kinds.LastOrDefault() != RowChangeKind.Reset && await changes.MoveNextAsync())
        {
            kinds.Add(changes.Current.Kind);
        }

        Assert.Equal([RowChangeKind.Saved, RowChangeKind.Saved, RowChangeKind.Saved, RowChangeKind.Reset], kinds);
    }

    [Fact]
    public async Task Enumerations_end_with_the_client()
    {
        await using var shop = await ClientShop.OpenAsync();
        var client = await shop.InStepAsync("till");
        var changes = ToListAsync(client.ChangesAsync(ClientShop.Late));
        var states = ToListAsync(client.StatesAsync(ClientShop.Late));
        var summaries = ToListAsync(client.Outbox.SummariesAsync(ClientShop.Late));

        await shop.CloseAsync(client);

        Assert.Empty(await changes);
        Assert.Equal(new ConnectionState.Live(OverSocket: true), (await states)[0]);
        Assert.Equal(0, (await summaries)[^1].Waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => client.Table<Product>("products").SaveAsync(ClientShop.Product(client, "Rice"), ClientShop.Late));
    }

    [Fact]
    public async Task A_query_sorts_filters_and_limits_what_is_confirmed_and_what_waits()
    {
        await using var shop = await ClientShop.OpenAsync();
        await shop.AsNodeAsync(
            Product("Rice", 300, "active"), Product("Salt", 100, "archived"), Product("Oil", 200, "active"));
        var client = await shop.InStepAsync("till");
        shop.Line.Cut();
        var products = client.Table<Product>("products");
        await products.SaveAsync(ClientShop.Product(client, "Soap", 250), ClientShop.Late);
        var salt = Assert.Single(await products.ListAsync(Query.All.Where("name", "Salt"), ClientShop.Late));
        await products.SaveAsync(salt with { Status = "active" }, ClientShop.Late);

        var dearest = await products.ListAsync(Query.All.Where("status", "active").OrderBy("-price").Take(3), ClientShop.Late);
        var some = await products.ListAsync(Query.All.Where("price", FieldValue.Of(100), FieldValue.Of(200)).OrderBy("name"), ClientShop.Late);

        Assert.Equal(["Rice", "Soap", "Oil"], dearest.Select(product => product.Name));
        Assert.Equal(["Oil", "Salt"], some.Select(product => product.Name));
        Assert.Empty(await products.ListAsync(Query.All.Where("status", "archived"), ClientShop.Late));
        Assert.Empty(await client.Table<Product>("no_such_table").ListAsync(ClientShop.Late));
    }

    private static RowWrite Product(string name, long price, string status) => Write.Insert(
        "products", NewId.Next(), ("name", FieldValue.Of(name)), ("price", FieldValue.Of(price)), ("status", FieldValue.Of(status)));

    private static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items)
        {
            list.Add(item);
        }

        return list;
    }
}
