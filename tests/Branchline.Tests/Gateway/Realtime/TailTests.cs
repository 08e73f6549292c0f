using System.Net;
using System.Net.Http.Json;
using Branchline.Server.Gateway.Realtime;
using Branchline.Tests.Gateway.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Gateway.Realtime;

public sealed class TailTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private readonly TestNode _node = shared.Node;

    [Fact]
    public async Task Whoever_looks_on_sees_connections_subscriptions_events_and_members_come_and_go()
    {
        using var admin = _node.SignedIn("admin");
        using var tail = await TailReader.OpenAsync(admin);
        var client = await PusherClient.ConnectAsync(_node, _node.Token("admin"));
        await client.JoinAsAdaAsync("presence-seen", "u7");
        await client.Socket.SendAsync("""{"event":"client-typing","channel":"presence-seen","data":{"row":7}}""");
        await client.HeardAsync();
        await PublishAsync(admin, "presence-seen", "said", "hello");
        await client.Socket.CloseAsync();

        var connected = await tail.NextAsync("connected");
        Assert.Equal((client.SocketId, "A admin"), (connected.GetProperty("socketId").GetString(), connected.GetProperty("user").GetString()));
        Assert.Equal("u7", (await tail.NextAsync("member_added")).GetProperty("user").GetString());
        Assert.Equal("presence-seen", (await tail.NextAsync("subscribed")).GetProperty("channel").GetString());
        var typed = await tail.NextAsync("client_event");
        Assert.Equal(("client-typing", """{"row":7}"""), (typed.GetProperty("event").GetString(), typed.GetProperty("data").GetString()));
        Assert.Equal("hello", (await tail.NextAsync("published")).GetProperty("data").GetString());
        Assert.Equal("u7", (await tail.NextAsync("member_removed")).GetProperty("user").GetString());
        Assert.Equal(client.SocketId, (await tail.NextAsync("disconnected")).GetProperty("socketId").GetString());
        client.Dispose();
    }

    [Fact]
    public async Task An_event_nobody_hears_is_seen_all_the_same_with_its_data_cut()
    {
        using var admin = _node.SignedIn("admin");
        using var tail = await TailReader.OpenAsync(admin, "?channel=unheard.*");
        await PublishAsync(admin, "unheard.room", "long", new string('ä', 3000));
        var line = await tail.NextAsync("published");

        Assert.Equal(("unheard.room", "long"), (line.GetProperty("channel").GetString(), line.GetProperty("event").GetString()));
        Assert.True(line.GetProperty("size").GetInt32() > 6000);
        Assert.Equal(new string('ä', TailLine.MostData / 2), line.GetProperty("data").GetString());
    }

    [Fact]
    public async Task A_sale_is_seen_though_no_client_listens()
    {
        using var admin = _node.SignedIn("admin");
        using var tail = await TailReader.OpenAsync(admin, "?event=sale.created");
        _node.Announce(Committed.Sale(Committed.Branch1));

        Assert.Equal("sales", (await tail.NextAsync("published")).GetProperty("channel").GetString());
    }

    [Fact]
    public async Task A_filter_lets_through_what_fits_all_of_it()
    {
        using var admin = _node.SignedIn("admin");
        using var tail = await TailReader.OpenAsync(admin, "?app=branchline&channel=fits-*&event=yes");
        await PublishAsync(admin, "fits-a", "no", "1");
        await PublishAsync(admin, "other", "yes", "2");
        await PublishAsync(admin, "fits-b", "yes", "3");

        Assert.Equal("fits-b", (await tail.ReadAsync())!.Value.GetProperty("channel").GetString());
    }

    [Fact]
    public async Task Whoever_reads_too_slowly_is_told_how_many_lines_are_missing()
    {
        var tails = new Tails(TimeProvider.System);
        var tail = tails.TryOpen(new TailFilter(null, null, null))!;
        for (var count = 0; count < 1200; count++)
        {
            tails.Post(new TailLine(TailKind.Published, "1"));
        }

        Assert.True(await tail.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Equal(200, tail.Take()!.Lost);
        Assert.Null(tail.Take()!.Lost);
    }

    [Fact]
    public async Task One_more_than_may_look_on_is_refused_and_a_place_becomes_free()
    {
        await using var node = await TestNode.StartAsync();
        using var admin = node.SignedIn("admin");
        var tails = node.Services.GetRequiredService<Tails>();
        var open = new List<TailReader>();
        for (var count = 0; count < Tails.Most; count++)
        {
            open.Add(await TailReader.OpenAsync(admin));
        }

        using var refused = await admin.GetAsync(new Uri("/api/realtime/tail", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        open.ForEach(one => one.Dispose());
        await Eventually.AsTrueAsync(() => !tails.IsOpen, () => "Somebody still looks on");
    }

    [Fact]
    public async Task Looking_on_ends_with_the_session()
    {
        using var admin = _node.SignedIn("admin");
        using var tail = await TailReader.OpenAsync(admin);
        (await admin.PostAsync(new Uri("/api/logout", UriKind.Relative), null, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

        while (await tail.ReadAsync() is not null)
        {
        }
    }

    [Fact]
    public async Task A_node_with_somebody_looking_on_stops_at_once()
    {
        var node = await TestNode.StartAsync();
        using var admin = node.SignedIn("admin");
        using var tail = await TailReader.OpenAsync(admin);
        var stopping = node.DisposeAsync().AsTask();

        while (await tail.ReadAsync() is not null)
        {
        }

        await stopping;
    }

    private static async Task PublishAsync(HttpClient admin, string channel, string name, string data)
    {
        using var answer = await admin.PostAsJsonAsync(
            new Uri("/api/realtime/publish", UriKind.Relative), new { channel, name, data }, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
