using System.Text.Json;

namespace Branchline.Tests.Gateway.Limits;

/// <summary>Every limit of realtime: what is over it is refused with words that name it, and the connection or call beside it goes on.</summary>
public sealed class NamedLimitsTests
{
    private static readonly string Long = new('x', 21);

    [Fact]
    public async Task A_backend_over_a_limit_is_told_which()
    {
        await using var node = await StartAsync(
            ("MaxEventName", "20"), ("MaxChannelName", "20"), ("MaxEventBytes", "20"), ("MaxChannelsPerEvent", "2"), ("MaxBatch", "2"));
        foreach (var (status, words, path, body) in new (int, string, string, object)[]
        {
            (400, "name is at most 20 long; this is 21", "events", new { name = Long, channel = "a", data = "x" }),
            (400, "channel's name is at most 20 long; this is 21", "events", new { name = "e", channel = Long, data = "x" }),
            (413, "data is at most 20 bytes; this is 21", "events", new { name = "e", channel = "a", data = Long }),
            (400, "at most 2 channels; this one has 3", "events", new { name = "e", channels = new[] { "a", "b", "c" }, data = "x" }),
            (400, "at most 2 events", "batch_events", new { batch = Enumerable.Repeat(new { name = "e", channel = "a", data = "x" }, 3) }),
        })
        {
            var (answered, text) = await node.CallAsync(path, JsonSerializer.Serialize(body));
            Assert.Equal(status, answered);
            Assert.Contains(words, JsonDocument.Parse(text).RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(200, (await node.CallAsync("events", JsonSerializer.Serialize(new { name = Long[1..], channel = Long[1..], data = Long[1..] }))).Status);
    }

    [Fact]
    public async Task A_request_that_is_too_large_is_refused_whatever_is_in_it()
    {
        await using var node = await TestNode.StartAsync(new TestSettings { Values = { ["PUSHER_APP_SECRET"] = SharedNode.Secret, ["Branchline:Publishing:MaxRequest"] = "1024" } });
        var (status, text) = await node.CallAsync("events", new string(' ', 1025));
        Assert.Equal(413, status);
        Assert.Contains("at most 1024 bytes", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_that_publishes_too_much_in_a_second_is_told_how_much_it_may()
    {
        await using var node = await StartAsync(("MaxEventsPerSecond", "1"));
        var (status, text) = await node.CallAsync(
            "batch_events", """{"batch":[{"name":"e","channel":"a","data":"x"},{"name":"e","channel":"a","data":"x"}]}""");
        Assert.Equal(429, status);
        Assert.Contains("at most 1 events a second", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_over_a_limit_is_told_which_and_stays()
    {
        await using var node = await StartAsync(
            ("MaxEventName", "20"), ("MaxChannelName", "20"), ("MaxEventBytes", "20"), ("MaxClientEventsPerSecond", "1"),
            ("MaxMemberBytes", "40"), ("MaxPresenceMembers", "1"), ("MaxWatchlist", "1"));
        using var client = await PusherClient.ConnectAsync(node);
        using var other = await PusherClient.ConnectAsync(node);
        Assert.Contains("at most 20 long; this is 21", await client.SubscribeAsync(Long), StringComparison.Ordinal);
        Assert.Contains("at most 40 bytes; this is", await ComeAsync(client, new { user_id = "1", user_info = new string('x', 40) }), StringComparison.Ordinal);
        Assert.Contains("succeeded", await ComeAsync(client, new { user_id = "1" }), StringComparison.Ordinal);
        Assert.Contains("at most 1 members", await ComeAsync(other, new { user_id = "2" }), StringComparison.Ordinal);

        Assert.Contains("at most 20 long; this is 25", await SayAsync(client, "client-" + Long[3..], "x"), StringComparison.Ordinal);
        Assert.Contains("at most 20 bytes; this is", await SayAsync(client, "client-e", Long), StringComparison.Ordinal);
        await client.Socket.SendAsync(ClientEvent("client-e", "x"));
        Assert.Contains("at most 1 client events a second", await SayAsync(client, "client-e", "x"), StringComparison.Ordinal);

        var user = """{"id":"1","watchlist":["2","3"]}""";
        await client.Socket.SendAsync(JsonSerializer.Serialize(new { @event = "pusher:signin", data = new { auth = SignedCalls.SignIn(client, user), user_data = user } }));
        Assert.Contains(await client.HeardAsync(), frame => frame.Contains("at most 1 people", StringComparison.Ordinal));
        Assert.Empty(await other.HeardAsync());
    }

    [Fact]
    public async Task A_connection_that_holds_too_many_channels_is_told_how_many()
    {
        await using var node = await TestNode.StartAsync(new TestSettings { Demo = true, Values = { ["Branchline:Gateway:MaxChannels"] = "1" } });
        using var client = await PusherClient.ConnectAsync(node);
        await client.JoinAsync("one");
        Assert.Contains("at most 1 channels", await client.SubscribeAsync("two"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Branchline:Gateway:MaxConnections", "Gateway:MaxConnections")]
    [InlineData("Branchline:App:Limits:MaxConnections", "Limits:MaxConnections")]
    [InlineData("Branchline:App:Limits:MaxConnectionsPerAddress", "Limits:MaxConnectionsPerAddress")]
    public async Task One_connection_too_many_is_told_of_which_and_comes_in_when_there_is_room(string setting, string named)
    {
        await using var node = await TestNode.StartAsync(new TestSettings { Values = { [setting] = "1" } });
        using (var first = await PusherClient.ConnectAsync(node))
        {
            using var second = await TestSocket.ConnectAsync(node.SocketAddress, $"/app/{PusherClient.Key}?protocol=7");
            Assert.Equal(4100, await second.ReceiveCloseAsync());
            Assert.Contains($"({named})", second.CloseText, StringComparison.Ordinal);
            await second.CloseAsync();
            await first.Socket.CloseAsync();
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!limit.IsCancellationRequested)
        {
            using var third = await TestSocket.ConnectAsync(node.SocketAddress, $"/app/{PusherClient.Key}?protocol=7");
            if ((await third.ReceiveAsync())!.Contains("established", StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail("There never was room again");
    }

    [Fact]
    public async Task Of_many_that_come_at_once_no_more_are_let_in_than_may_be()
    {
        const int Most = 5;
        await using var node = await StartAsync(("MaxConnectionsPerAddress", $"{Most}"));
        var greetings = await Task.WhenAll(Enumerable.Range(0, 60).Select(async _ =>
        {
            var socket = await TestSocket.ConnectAsync(node.SocketAddress, $"/app/{PusherClient.Key}?protocol=7");
            return (Socket: socket, Text: await socket.ReceiveAsync());
        }));
        Assert.Equal(Most, greetings.Count(greeting => greeting.Text!.Contains("established", StringComparison.Ordinal)));
        Array.ForEach(greetings, greeting => greeting.Socket.Dispose());
    }

    [Fact]
    public async Task Whoever_stays_unknown_for_too_long_is_told_what_was_awaited()
    {
        await using var node = await StartAsync(("SignInTimeout", "00:00:01"));
        using var known = await PusherClient.ConnectAsync(node);
        await known.JoinAsync("private-a", SignedCalls.Auth(known, "private-a"));
        using var unknown = await PusherClient.ConnectAsync(node);
        Assert.Equal(4009, await unknown.Socket.ReceiveCloseAsync());
        Assert.Contains("Limits:SignInTimeout", unknown.Socket.CloseText, StringComparison.Ordinal);
        Assert.Empty(await known.HeardAsync());
    }

    [Fact]
    public async Task A_message_that_is_too_big_is_told_of_the_limit()
    {
        await using var node = await TestNode.StartAsync(new TestSettings { Values = { ["Branchline:Gateway:MaxMessage"] = "1024" } });
        using var client = await PusherClient.ConnectAsync(node);
        await client.Socket.SendAsync(new string('x', 1025));
        Assert.Equal(1009, await client.Socket.ReceiveCloseAsync());
        Assert.Contains("Gateway:MaxMessage", client.Socket.CloseText, StringComparison.Ordinal);
    }

    private static Task<TestNode> StartAsync(params (string Limit, string Value)[] limits) => TestNode.StartAsync(new TestSettings
    {
        Values = new(limits.ToDictionary(it => "Branchline:App:Limits:" + it.Limit, it => (string?)it.Value)) { ["PUSHER_APP_SECRET"] = SharedNode.Secret },
    });

    private static async Task<string?> ComeAsync(PusherClient client, object who)
    {
        var member = JsonSerializer.Serialize(who);
        await client.Socket.SendAsync(JsonSerializer.Serialize(new
        {
            @event = "pusher:subscribe",
            data = new { channel = "presence-a", auth = SignedCalls.Auth(client, "presence-a", member), channel_data = member },
        }));
        return await client.Socket.ReceiveAsync();
    }

    private static string ClientEvent(string name, string data) => JsonSerializer.Serialize(new { @event = name, channel = "presence-a", data });

    private static async Task<string?> SayAsync(PusherClient client, string name, string data)
    {
        await client.Socket.SendAsync(ClientEvent(name, data));
        return await client.Socket.ReceiveAsync();
    }
}
