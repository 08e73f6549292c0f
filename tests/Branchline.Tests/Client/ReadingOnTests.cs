using Branchline.Client;
using Branchline.Protocol;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Client;

public sealed class ReadingOnTests
{
    [Fact]
    public async Task After_a_restart_of_both_a_client_reads_only_what_it_missed()
    {
        await using var shop = await ClientShop.OpenAsync();
        var client = await shop.InStepAsync("till");
        await client.Table<Product>("products").SaveAsync(ClientShop.Product(client, "Rice"), ClientShop.Late);
        await client.Outbox.WhenSentAsync(ClientShop.Late);
        await shop.CloseAsync(client);
        await shop.StopNodeAsync();
        await shop.StartNodeAsync();
        await shop.AsNodeAsync(Write.Insert("products", NewId.Next(), ("name", FieldValue.Of("Salt")), ("price", FieldValue.Of(90))));
        var again = await shop.ConnectAsync("till");
        Assert.True(again.IsLoaded);
        Assert.Equal(["Rice"], await ClientShop.NamesAsync(again));
        var changes = again.ChangesAsync(ClientShop.Late);
        shop.Line.Mend();
        again.Nudge();
        await ClientShop.InStepAsync(again);

        Assert.Equal(["Rice", "Salt"], await ClientShop.NamesAsync(again));
        await foreach (var change in changes)
        {
            // Not a reset, which a snapshot would have told.
            Assert.Equal((RowChangeKind.Saved, "products"), (change.Kind, change.Table));
            break;
        }
    }

    [Fact]
    public async Task A_first_sync_that_was_cut_goes_on_where_it_was()
    {
        await using var shop = await ClientShop.OpenAsync();
        for (var product = 0; product < 40; product++)
        {
            await shop.AsNodeAsync(Write.Insert("products", NewId.Next(), ("name", FieldValue.Of($"P{product:d2}")), ("price", FieldValue.Of(1))));
        }

        var options = new ClientOptions { UseReadyFile = false, SnapshotRows = 7, FirstPause = ClientShop.Quick.FirstPause, LongestPause = ClientShop.Quick.LongestPause };
        var client = await shop.ConnectAsync("till", options: options);
        await ClientShop.EventuallyAsync(async () => (await ClientShop.NamesAsync(client)).Length > 0, () => $"{client.State}");
        shop.Line.Cut();
        shop.Line.Mend();
        client.Nudge();
        await client.WhenLoadedAsync(ClientShop.Late);

        Assert.Equal(40, (await ClientShop.NamesAsync(client)).Length);
    }

    [Fact]
    public async Task Where_no_socket_can_be_had_everything_goes_by_HTTP()
    {
        await using var shop = await ClientShop.OpenAsync();
        var options = new ClientOptions { UseSocket = false, PollEvery = TimeSpan.FromMilliseconds(50), FirstPause = TimeSpan.FromMilliseconds(20) };
        var client = await shop.ConnectAsync("till", options: options);
        await client.WhenLoadedAsync(ClientShop.Late);
        await client.Table<Product>("products").SaveAsync(ClientShop.Product(client, "Rice"), ClientShop.Late);
        await client.Outbox.WhenSentAsync(ClientShop.Late);
        await shop.AsNodeAsync(Write.Insert("products", NewId.Next(), ("name", FieldValue.Of("Salt")), ("price", FieldValue.Of(90))));

        await ClientShop.EventuallyAsync(async () => (await ClientShop.NamesAsync(client)).Length == 2, () => $"{client.State}");
        Assert.Equal(new ConnectionState.Live(OverSocket: false), client.State);
        Assert.Equal(["Rice", "Salt"], await shop.NamesOnNodeAsync());
    }

    [Fact]
    public async Task Two_clients_that_wrote_offline_come_to_hold_the_same_rows()
    {
        await using var shop = await ClientShop.OpenAsync();
        var rice = NewId.Next();
        await shop.AsNodeAsync(Write.Insert("products", rice, ("name", FieldValue.Of("Rice")), ("price", FieldValue.Of(90))));
        var one = await shop.InStepAsync("one");
        var other = await shop.InStepAsync("other");
        shop.Line.Cut();
        for (var change = 1; change <= 20; change++)
        {
            await SaveAsync(one, rice, $"one {change}", change);
            await SaveAsync(other, rice, $"other {change}", -change);
        }

        shop.Line.Mend();
        foreach (var client in new[] { one, other, one, other })
        {
            client.Nudge();
            await client.Outbox.WhenSentAsync(ClientShop.Late);
            await ClientShop.InStepAsync(client);
        }

        var rows = await one.Table<Product>("products").ListAsync(ClientShop.Late);
        Assert.Equal(41, rows.Count);
        Assert.Equal(rows, await other.Table<Product>("products").ListAsync(ClientShop.Late));
    }

    private static async Task SaveAsync(BranchlineClient client, Guid shared, string name, long price)
    {
        await client.MutateAsync(draft => draft.Update("products", shared, ("brand", FieldValue.Of(name)), ("sku", FieldValue.Of(name))), ClientShop.Late);
        await client.Table<Product>("products").SaveAsync(ClientShop.Product(client, name, Math.Abs(price)), ClientShop.Late);
    }
}
