using Branchline.Client;
using Branchline.Protocol;
using Branchline.Sqlite;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Client;

public sealed class LostAnswerTests
{
    [Fact]
    public async Task A_sale_whose_answer_was_lost_is_on_the_node_once()
    {
        await using var shop = await ClientShop.OpenAsync();
        var client = await shop.InStepAsync("till");
        shop.Line.LoseAnswers();
        await client.Table<Product>("products").SaveAsync(ClientShop.Product(client, "Rice"), ClientShop.Late);
        await ClientShop.EventuallyAsync(async () => (await shop.NamesOnNodeAsync()).Length == 1, () => "The node did not get it");
        Assert.Equal(1, client.Outbox.Waiting);

        shop.Line.Cut();
        shop.Line.Mend();
        client.Nudge();
        await client.Outbox.WhenSentAsync(ClientShop.Late);

        Assert.Equal(["Rice"], await shop.NamesOnNodeAsync());
        Assert.Empty(await client.Outbox.TrayAsync(ClientShop.Late));
    }

    [Fact]
    public async Task An_answer_that_could_not_be_written_down_is_asked_for_again()
    {
        await using var shop = await ClientShop.OpenAsync();
        var failures = 0;
        var options = new ClientOptions
        {
            FirstPause = TimeSpan.FromMilliseconds(20), LongestPause = TimeSpan.FromMilliseconds(200), Failed = _ => Interlocked.Increment(ref failures),
        };
        var client = await shop.InStepAsync("till", options: options);
        using var file = Database.Open(shop.Store("till").Path, readOnly: false);
        file.Execute("CREATE TRIGGER no_room BEFORE UPDATE ON outbox BEGIN SELECT RAISE(ABORT, 'no room'); END");
        await client.Table<Product>("products").SaveAsync(ClientShop.Product(client, "Rice"), ClientShop.Late);
        await ClientShop.EventuallyAsync(() => Volatile.Read(ref failures) > 1, () => "Nobody was told");
        Assert.Equal(1, client.Outbox.Waiting);

        file.Execute("DROP TRIGGER no_room");
        await ClientShop.EventuallyAsync(() => client.Outbox.Waiting == 0, () => $"{client.State}, {client.Outbox.Summary}");

        Assert.Equal(["Rice"], await shop.NamesOnNodeAsync());
    }

    [Fact]
    public async Task A_client_killed_between_commit_and_reply_has_sold_once()
    {
        await using var shop = await ClientShop.OpenAsync();
        var client = await shop.InStepAsync("till");
        var device = client.Device;
        shop.Line.LoseAnswers();
        await client.Table<Product>("products").SaveAsync(ClientShop.Product(client, "Rice"), ClientShop.Late);
        await ClientShop.EventuallyAsync(async () => (await shop.NamesOnNodeAsync()).Length == 1, () => "The node did not get it");
        await shop.CloseAsync(client);

        shop.Line.Cut();
        shop.Line.Mend();
        var again = await shop.ConnectAsync("till");
        Assert.Equal(1, again.Outbox.Waiting);
        await again.Outbox.WhenSentAsync(ClientShop.Late);

        Assert.Equal(device, again.Device);
        Assert.Equal(["Rice"], await shop.NamesOnNodeAsync());
        Assert.Equal(["Rice"], await ClientShop.NamesAsync(again));
    }

    [Fact]
    public async Task A_client_killed_between_an_answer_by_HTTP_and_reading_on_is_done_with_it_after_the_next_welcome()
    {
        await using var shop = await ClientShop.OpenAsync();
        var client = await shop.InStepAsync("till");
        var rice = ClientShop.Product(client, "Rice");
        await client.Table<Product>("products").SaveAsync(rice, ClientShop.Late);
        await ClientShop.InStepAsync(client);
        shop.Line.Cut();
        await client.Table<Product>("products").SaveAsync(rice with { Price = 100 }, ClientShop.Late);
        await shop.AsNodeAsync(Write.Update("products", rice.Id, ("price", FieldValue.Of(200))));
        shop.Line.Mend();
        client.Nudge();
        await client.Outbox.WhenSentAsync(ClientShop.Late);
        await shop.CloseAsync(client);

        // As it stands when the answer was taken and the pull after it was not.
        using (var file = Database.Open(shop.Store("till").Path, readOnly: false))
        {
            file.Execute("UPDATE outbox SET state = 1 WHERE n = 2");
        }

        var again = await shop.InStepAsync("till");

        using (var file = Database.Open(shop.Store("till").Path, readOnly: true))
        {
            Assert.Equal(0, file.Number("SELECT count(*) FROM outbox WHERE state = 1"));
        }

        Assert.Equal(200, (await again.Table<Product>("products").FindAsync(rice.Id, ClientShop.Late))!.Price);
        Assert.Equal(0, again.Outbox.Waiting);
    }

    [Fact]
    public async Task Many_that_are_under_way_at_once_arrive_once_each_though_the_line_breaks_again_and_again()
    {
        await using var shop = await ClientShop.OpenAsync();
        var client = await shop.InStepAsync("till");
        shop.Line.Cut();
        var names = Enumerable.Range(0, 2200).Select(number => $"P{number:d4}").ToArray();
        await Task.WhenAll(names.Select(name => client.Table<Product>("products").SaveAsync(ClientShop.Product(client, name), ClientShop.Late)));
        Assert.Equal(names.Length, client.Outbox.Waiting);

        for (var cut = 0; cut < 5 && client.Outbox.Waiting > 0; cut++)
        {
            shop.Line.Mend();
            client.Nudge();
            var before = client.Outbox.Waiting;
            await ClientShop.EventuallyAsync(() => client.Outbox.Waiting < before, () => $"{client.State}");
            shop.Line.Cut();
        }

        shop.Line.Mend();
        client.Nudge();
        await client.Outbox.WhenSentAsync(ClientShop.Late);
        await ClientShop.InStepAsync(client);

        Assert.Equal(names, await ClientShop.NamesAsync(client));
        Assert.Equal(names, await shop.NamesOnNodeAsync());
    }
}
