using System.Text.Json;
using Branchline.Protocol;

namespace Branchline.Tests.Gateway;

public sealed class PusherSubscriptionTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private static readonly string Branch1 = Committed.Branch1["branch:".Length..];
    private static readonly string Branch2 = Committed.Branch2["branch:".Length..];

    private readonly TestNode _node = shared.Node;

    [Fact]
    public async Task A_sale_reaches_the_branch_it_was_made_in_exactly_once()
    {
        using var cashier = await PusherClient.ConnectAsync(_node, _node.Token("cashier", Branch1, Branch2));
        await cashier.JoinAsync("sales");
        await cashier.JoinAsync("sales");
        _node.Announce(Committed.Sale(Committed.Branch1));

        Assert.Equal([GoldenFile.Read("pusher/event-sale-created.json")], await cashier.HeardAsync());
    }

    [Fact]
    public async Task A_cashier_of_branch_2_hears_nothing_of_branch_1_not_even_an_id()
    {
        using var cashier = await PusherClient.ConnectAsync(_node, _node.Token("cashier", Branch2));
        foreach (var channel in new[] { "sales", "orders", "inventory", "clients" })
        {
            await cashier.JoinAsync(channel);
        }

        _node.Announce(
            Committed.Sale(Committed.Branch1),
            Committed.Order(Committed.Branch1, "paid"),
            Committed.Change("inventories", Committed.Branch1, WriteKind.Update, "f01"),
            Committed.Change("clients", Committed.Branch1, WriteKind.Delete, "d01"));
        Assert.Empty(await cashier.HeardAsync());

        _node.Announce(Committed.Sale(Committed.Branch2));
        Assert.Single(await cashier.HeardAsync());
    }

    [Fact]
    public async Task Only_the_declared_fields_travel_and_text_stays_readable()
    {
        using var manager = await PusherClient.ConnectAsync(_node, _node.Token("manager", Branch1));
        await manager.JoinAsync("products");
        await manager.JoinAsync("clients");
        _node.Announce(Committed.Product(), Committed.Change("clients", Committed.Branch1, WriteKind.Delete, "d01"));

        Assert.Equal(
            [GoldenFile.Read("pusher/event-product-updated.json"), GoldenFile.Read("pusher/event-clients-delete.json")],
            await manager.HeardAsync());
    }

    [Fact]
    public async Task A_row_that_leaves_a_branch_is_news_only_where_it_went()
    {
        using var cashier = await PusherClient.ConnectAsync(_node, _node.Token("cashier", Branch1));
        await cashier.JoinAsync("orders");
        _node.Announce(
            Committed.Order(Committed.Branch1, "paid") with { Action = null, Row = null, MovedTo = null, Kind = ChangeKind.Leave },
            Committed.Order(Committed.Branch2, "paid") with { Kind = ChangeKind.Enter });

        Assert.Empty(await cashier.HeardAsync());
    }

    [Fact]
    public async Task Nobody_hears_rows_without_signing_in()
    {
        using var anybody = await PusherClient.ConnectAsync(_node);
        Assert.Equal(GoldenFile.Read("pusher/subscription-error-not-signed-in.json"), await anybody.SubscribeAsync("sales"));
        _node.Announce(Committed.Sale(Committed.Branch1));

        Assert.Empty(await anybody.HeardAsync());
    }

    [Fact]
    public async Task A_channel_the_operator_opened_is_heard_by_anybody_and_no_other_is()
    {
        await using var node = await TestNode.StartAsync(
            new TestSettings { Values = { ["Branchline:Gateway:PublicChannels"] = "products, sales" } });
        using var anybody = await PusherClient.ConnectAsync(node);
        await anybody.JoinAsync("sales");
        Assert.Contains("subscription_error", await anybody.SubscribeAsync("orders"), StringComparison.Ordinal);
        node.Announce(Committed.Sale(Committed.Branch1), Committed.Sale(Committed.Branch2), Committed.Order(Committed.Branch1, "paid"));

        Assert.Equal(2, (await anybody.HeardAsync()).Count);
    }

    [Fact]
    public async Task A_demo_is_open_but_who_signs_in_hears_only_their_own_branches()
    {
        await using var node = await TestNode.StartAsync(new TestSettings { Demo = true });
        using var anybody = await PusherClient.ConnectAsync(node);
        using var cashier = await PusherClient.ConnectAsync(node, node.Token("cashier", Branch2));
        await anybody.JoinAsync("sales");
        await cashier.JoinAsync("sales");
        node.Announce(Committed.Sale(Committed.Branch1));

        Assert.Single(await anybody.HeardAsync());
        Assert.Empty(await cashier.HeardAsync());
    }

    [Fact]
    public async Task A_role_that_may_not_read_a_table_does_not_hear_of_it()
    {
        using var cashier = await PusherClient.ConnectAsync(_node, _node.Token("cashier", Branch1));
        var answer = await cashier.SubscribeAsync("finance-cash-requests");

        Assert.Contains("pusher:subscription_error", answer, StringComparison.Ordinal);
        Assert.Contains("""\"status\":403""", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_leaving_a_channel_nothing_of_it_is_heard()
    {
        using var cashier = await PusherClient.ConnectAsync(_node, _node.Token("cashier", Branch1));
        await cashier.JoinAsync("sales");
        await cashier.Socket.SendAsync(GoldenFile.Read("pusher/client-unsubscribe.json"));
        Assert.Empty(await cashier.HeardAsync());
        _node.Announce(Committed.Sale(Committed.Branch1));

        Assert.Empty(await cashier.HeardAsync());
    }

    [Theory]
    [InlineData("pusher/client-subscribe.json")]
    [InlineData("pusher/client-subscribe-as-string.json")]
    public async Task Data_may_come_as_an_object_or_as_a_string(string golden)
    {
        using var cashier = await PusherClient.ConnectAsync(_node, _node.Token("cashier", Branch1));
        await cashier.Socket.SendAsync(GoldenFile.Read(golden));

        Assert.Equal(GoldenFile.Read("pusher/subscription-succeeded.json"), await cashier.Socket.ReceiveAsync());
    }

    [Theory]
    [InlineData("no spaces", 400)]
    [InlineData("umläut", 400)]
    [InlineData("#mine", 400)]
    [InlineData("private-", 400)]
    [InlineData("presence-room", 401)]
    [InlineData("private-encrypted-room", 401)]
    [InlineData("#server-to-user-1", 401)]
    public async Task A_channel_that_cannot_be_is_refused_by_name(string channel, int status)
    {
        using var client = await PusherClient.ConnectAsync(_node);
        using var answer = JsonDocument.Parse((await client.SubscribeAsync(channel))!);

        Assert.Equal("pusher:subscription_error", answer.RootElement.GetProperty("event").GetString());
        Assert.Equal(channel, answer.RootElement.GetProperty("channel").GetString());
        Assert.Contains($"\"status\":{status}", answer.RootElement.GetProperty("data").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_channel_name_has_200_characters_at_most()
    {
        using var client = await PusherClient.ConnectAsync(_node);
        await client.JoinAsync(new string('x', 200));

        Assert.Contains("LimitReached", await client.SubscribeAsync(new string('x', 201)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_holds_only_so_many_channels()
    {
        await using var node = await TestNode.StartAsync(new TestSettings { Values = { ["Branchline:Gateway:MaxChannels"] = "2" } });
        using var client = await PusherClient.ConnectAsync(node);
        await client.JoinAsync("one");
        await client.JoinAsync("two");

        Assert.Contains("LimitReached", await client.SubscribeAsync("three"), StringComparison.Ordinal);
        await client.JoinAsync("two");
    }

    [Fact]
    public async Task A_client_event_of_somebody_who_is_not_in_the_channel_is_refused_and_the_connection_stays()
    {
        using var client = await PusherClient.ConnectAsync(_node);
        await client.Socket.SendAsync(GoldenFile.Read("pusher/client-event.json"));

        Assert.Contains("\"code\":4301", Assert.Single(await client.HeardAsync()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"event":5}""")]
    [InlineData("""{"event":"pusher:subscribe","data":"not json"}""")]
    [InlineData("""{"event":"pusher:subscribe","data":{"channel":"\ud800"}}""")]
    public async Task Nonsense_is_answered_and_the_connection_stays(string nonsense)
    {
        using var client = await PusherClient.ConnectAsync(_node);
        await client.Socket.SendAsync(nonsense);

        Assert.Equal([GoldenFile.Read("pusher/error-invalid-message.json")], await client.HeardAsync());
    }

    [Fact]
    public async Task Nonsense_without_end_ends_the_connection()
    {
        using var client = await PusherClient.ConnectAsync(_node);
        for (var count = 0; count < 10; count++)
        {
            await client.Socket.SendAsync("nonsense");
        }

        Assert.Equal(4100, await client.Socket.ReceiveCloseAsync());
    }

    [Fact]
    public async Task Whoever_signs_out_is_disconnected_and_comes_back_as_nobody()
    {
        var token = _node.Token("cashier", Branch1);
        using var cashier = await PusherClient.ConnectAsync(_node, token);
        await cashier.JoinAsync("sales");
        using var http = _node.Anonymous();
        http.DefaultRequestHeaders.Add("Authorization", "Bearer " + token);
        (await http.PostAsync(new Uri("/api/logout", UriKind.Relative), null)).EnsureSuccessStatusCode();

        Assert.Equal(4200, await cashier.Socket.ReceiveCloseAsync());
        using var back = await PusherClient.ConnectAsync(_node, token);
        Assert.Contains("subscription_error", await back.SubscribeAsync("sales"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_changes_branch_is_disconnected_and_comes_back_to_the_other()
    {
        // Of a role that no other test here has.
        var token = _node.Token("releasing", Branch1);
        using var cashier = await PusherClient.ConnectAsync(_node, token);
        await cashier.JoinAsync("sales");
        _node.Node.Users.Change(_node.User("releasing", Branch1).Id, new() { BranchIds = [Branch2] });

        Assert.Equal(4200, await cashier.Socket.ReceiveCloseAsync());
        using var back = await PusherClient.ConnectAsync(_node, token);
        await back.JoinAsync("sales");
        _node.Announce(Committed.Sale(Committed.Branch1), Committed.Sale(Committed.Branch2));
        Assert.Contains(Branch2, Assert.Single(await back.HeardAsync()), StringComparison.Ordinal);
    }
}
