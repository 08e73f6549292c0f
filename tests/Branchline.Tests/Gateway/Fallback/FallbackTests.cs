using System.Net;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Gateway;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Fallback;
using Branchline.Server.Gateway.Pusher;
using Branchline.Server.Gateway.Sockets;
using Branchline.Tests.Gateway.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Gateway.Fallback;

public sealed class FallbackTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private static readonly string Branch1 = Committed.Branch1["branch:".Length..];
    private static readonly string Branch2 = Committed.Branch2["branch:".Length..];
    private static int _sessions;

    private readonly TestNode _node = shared.Node;

    [Fact]
    public async Task The_frames_are_the_golden_ones()
    {
        using var golden = JsonDocument.Parse(GoldenFile.Read("pusher/fallback.json"));
        string Text(string name) => golden.RootElement.GetProperty(name).GetString()!;
        using var client = Session();

        Assert.Equal(Text("open"), (await client.PollAsync())[0]);
        using (var sent = await client.PostAsync("xhr_send", Text("send"), "?t=1&n=1"))
        {
            Assert.Equal(HttpStatusCode.NoContent, sent.StatusCode);
        }

        using (var alive = await client.PostAsync("xhr_send", Text("alive"), "?t=1&n=1"))
        {
            Assert.Equal(HttpStatusCode.NoContent, alive.StatusCode);
        }

        Assert.Equal([Text("messages")], await client.PollAsync());
    }

    [Theory]
    [InlineData("another-key", FallbackClient.Query, 4001)]
    [InlineData(PusherClient.Key, "?t=1", 4008)]
    [InlineData(PusherClient.Key, "?protocol=8", 4007)]
    [InlineData(PusherClient.Key, "?protocol=seven", 4006)]
    public async Task A_client_that_is_not_let_in_opens_hears_why_and_is_closed(string key, string query, int code)
    {
        using var client = Session();
        var frames = await client.PollAsync(query, key);

        Assert.Equal("o{}", frames[0]);
        Assert.Contains($"\\\"code\\\":{code},", frames[1], StringComparison.Ordinal);
        Assert.StartsWith($"c[{code},\"", frames[2], StringComparison.Ordinal);
        Assert.Equal(3, frames.Length);
    }

    [Fact]
    public async Task A_session_counts_as_a_connection()
    {
        await using var node = await TestNode.StartAsync(new TestSettings { Values = { ["Branchline:Gateway:MaxConnections"] = "1" } });
        using var first = FallbackClient.Of(node, "aaaaaaa1");
        Assert.Equal("o{}", (await first.PollAsync())[0]);
        Assert.Equal(1, node.Services.GetRequiredService<LiveSockets>().Count);
        Assert.Equal(1, node.Services.GetRequiredService<Hubs>().Own.Peers.Count);
        using var second = FallbackClient.Of(node, "aaaaaaa2");
        using var socket = await TestSocket.ConnectAsync(node.SocketAddress, $"/app/{PusherClient.Key}{FallbackClient.Query}");

        Assert.StartsWith("c[4100,", (await second.PollAsync())[^1], StringComparison.Ordinal);
        Assert.Equal(4100, await socket.ReceiveCloseAsync());
        Assert.Equal(204, await first.SendAsync());
    }

    [Fact]
    public async Task One_address_holds_few_sessions_that_nobody_polls_and_one_that_polls_makes_room()
    {
        await using var node = await TestNode.StartAsync(new TestSettings { Values = { ["Branchline:Gateway:MaxUnpolledPerAddress"] = "2" } });
        var (sockets, sessions) = (node.Services.GetRequiredService<LiveSockets>(), node.Services.GetRequiredService<HttpSessions>());
        using var first = FallbackClient.Of(node, "aaaaaaa1");
        using var second = FallbackClient.Of(node, "aaaaaaa2");
        using var third = FallbackClient.Of(node, "aaaaaaa3");
        await first.HearAsync("connection_established");
        await second.HearAsync("connection_established");

        // An answer may be read a moment before the node knows that nobody waits for it any longer.
        await Eventually.AsTrueAsync(() => sessions.CountUnpolled(IPAddress.Loopback) == 2, () => "They were still polled");
        Assert.Equal($"c[4100,\"{CloseCodes.TooManyUnpolled.Text}\"]", (await third.PollAsync())[^1]);
        Assert.Equal(2, sockets.Count);

        using var polls = await first.PostAsync("xhr_streaming");
        Assert.Equal("o{}", (await third.PollAsync())[0]);
        Assert.Equal(3, sockets.Count);
        Assert.Equal(204, await second.SendAsync());
    }

    [Fact]
    public async Task A_session_whose_person_is_gone_before_it_is_open_leaves_nobody_behind()
    {
        await using var node = await TestNode.StartAsync();
        var hub = node.Services.GetRequiredService<Hubs>().Own;
        var wire = new HttpSession(new HttpSessionRules(1000, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(90)), new Unpolled(1).PlaceOf(null), TimeProvider.System);
        var connection = node.Services.GetRequiredService<PusherSockets>().Open(wire, hub.App, new Listener(null, new CancellationToken(canceled: true)))!;
        Assert.Equal(1, hub.Peers.Count);
        wire.Watch(connection.End, () => { });

        await Eventually.AsTrueAsync(() => hub.Peers.Count == 0, () => "A ghost was left");
    }

    [Fact]
    public async Task A_session_belongs_to_whoever_opened_it()
    {
        var name = Name();
        using var owner = new FallbackClient(_node.SignedIn("cashier", Branch1), name);
        using var other = new FallbackClient(_node.SignedIn("cashier", Branch2), name);
        using var nobody = new FallbackClient(_node.Anonymous(), name);
        await owner.HearAsync("connection_established");

        foreach (var stranger in new[] { other, nobody })
        {
            Assert.Equal(404, await stranger.SendAsync("""{"event":"pusher:ping","data":{}}"""));
            Assert.StartsWith("c[4200,", (await stranger.PollAsync())[^1], StringComparison.Ordinal);
        }

        Assert.Equal(204, await owner.SendAsync("""{"event":"pusher:ping","data":{}}"""));
        await owner.HearAsync("pusher:pong");
    }

    [Fact]
    public async Task A_session_hears_rows_of_its_persons_scopes_and_no_others()
    {
        using var cashier = new FallbackClient(_node.SignedIn("cashier", Branch1), Name());
        using var nobody = Session();
        foreach (var client in new[] { cashier, nobody })
        {
            await client.PollAsync();
            await client.SendAsync("""{"event":"pusher:subscribe","data":{"channel":"sales"}}""");
        }

        Assert.Contains("subscription_error", (await nobody.HearAsync("sales"))[^1], StringComparison.Ordinal);
        await cashier.HearAsync("subscription_succeeded");
        _node.Announce(Committed.Sale(Committed.Branch2));
        _node.Announce(Committed.Sale(Committed.Branch1));
        await cashier.SendAsync("""{"event":"pusher:ping","data":{}}""");

        var heard = await cashier.HearAsync("pusher:pong");
        Assert.Equal(2, heard.Count);
        Assert.Equal(GoldenFile.Read("pusher/event-sale-created.json"), heard[0]);
    }

    [Fact]
    public async Task A_session_ends_with_its_persons()
    {
        using var cashier = new FallbackClient(_node.SignedIn("cashier", Branch1), Name());
        await cashier.HearAsync("connection_established");
        var waiting = cashier.PollAsync();
        (await cashier.Http.PostAsync(new Uri("/api/logout", UriKind.Relative), null, TestContext.Current.CancellationToken))
            .EnsureSuccessStatusCode();

        Assert.StartsWith("c[4200,", (await waiting)[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_large_a_message_closes_and_nonsense_is_answered_with_400()
    {
        using var client = Session();
        await client.HearAsync("connection_established");
        using (var nonsense = await client.PostAsync("xhr_send", "nonsense", ""))
        {
            Assert.Equal(HttpStatusCode.BadRequest, nonsense.StatusCode);
        }

        Assert.Equal(413, await client.SendAsync(new string('x', 130 * 1024)));
        Assert.StartsWith("c[1009,", (await client.PollAsync())[^1], StringComparison.Ordinal);
        Assert.Equal(404, await client.SendAsync());
        using var huge = Session();
        await huge.HearAsync("connection_established");
        Assert.Equal(413, await huge.SendAsync(new string('x', 300 * 1024)));
        Assert.StartsWith("c[1009,", (await huge.PollAsync())[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_is_full_waits_for_the_next_and_loses_nothing()
    {
        using var client = Session();
        using var first = await client.PostAsync("xhr_streaming");
        using var lines = new StreamReader(await first.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Equal("o{}", await lines.ReadLineAsync(TestContext.Current.CancellationToken));
        await client.SendAsync("""{"event":"pusher:subscribe","data":{"channel":"full"}}""");
        await lines.ReadLineAsync(TestContext.Current.CancellationToken);
        await lines.ReadLineAsync(TestContext.Current.CancellationToken);
        Publish(300_000);
        Assert.Contains("xxx", await lines.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Publish(10);
        using var second = await client.PostAsync("xhr_streaming");
        using var more = new StreamReader(await second.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));

        Assert.Contains("\\\"xxxxxxxxxx\\\"", await more.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Null(await lines.ReadLineAsync(TestContext.Current.CancellationToken));

        void Publish(int length)
        {
            Assert.True(ChannelName.TryParse("full", 200, out var channel));
            _node.Services.GetRequiredService<Hubs>().Own.Publish(
                channel, new Publication("n", JsonSerializer.SerializeToUtf8Bytes(new string('x', length))));
        }
    }

    [Fact]
    public async Task A_node_that_stops_closes_its_sessions_with_4200()
    {
        var node = await TestNode.StartAsync();
        using var client = FallbackClient.Of(node, "aaaaaaaa");
        await client.HearAsync("connection_established");
        var waiting = client.PollAsync();
        await node.DisposeAsync();

        Assert.StartsWith("c[4200,", (await waiting)[^1], StringComparison.Ordinal);
    }

    private FallbackClient Session() => new(_node.Anonymous(), Name());

    private static string Name() => $"7/{Interlocked.Increment(ref _sessions):d8}";
}
