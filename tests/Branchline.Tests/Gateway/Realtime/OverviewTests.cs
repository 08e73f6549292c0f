using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Branchline.Server.Access.Control;

namespace Branchline.Tests.Gateway.Realtime;

public sealed class OverviewTests
{
    [Fact]
    public async Task The_overview_counts_connections_channels_members_and_events_both_ways()
    {
        await using var node = await StartAsync();
        using var admin = node.SignedIn("admin");
        using var first = await PusherClient.ConnectAsync(node);
        using var second = await PusherClient.ConnectAsync(node);
        await first.JoinAsync("room");
        await second.JoinAsync("room");
        await first.JoinAsAdaAsync("presence-desk", "u1");
        await second.JoinAsAdaAsync("presence-till", "u1");
        await PublishAsync(admin, "room", "said");
        await PublishAsync(admin, "nobody", "said");
        Assert.Single(await first.HeardAsync());
        Assert.Single(await second.HeardAsync());
        var own = Own(await GetAsync(admin, "/api/realtime/overview"));

        Assert.Equal(
            (2, 3, 1, 2L),
            (Number(own, "connections"), Number(own, "channels"), Number(own, "members"), own.GetProperty("published").GetInt64()));

        // Both hear the event; whoever comes into the presence channel is told by its answer.
        Assert.Equal(2, own.GetProperty("delivered").GetInt64());
        Assert.Equal(0, own.GetProperty("dropped").GetInt64());
    }

    [Fact]
    public async Task Events_a_second_are_told_for_the_last_minute()
    {
        await using var node = await StartAsync();
        using var admin = node.SignedIn("admin");
        using var client = await PusherClient.ConnectAsync(node);
        await client.JoinAsync("room");
        JsonElement[] samples = [];
        for (var look = 0; look < 300 && !samples.Any(one => one.GetProperty("delivered").GetDouble() > 0); look++)
        {
            await PublishAsync(admin, "room", "said");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
            samples = [.. Own(await GetAsync(admin, "/api/realtime/overview")).GetProperty("samples").EnumerateArray()];
        }

        Assert.Contains(samples, one => one.GetProperty("published").GetDouble() > 0);
        Assert.Contains(samples, one => one.GetProperty("delivered").GetDouble() > 0);
    }

    [Fact]
    public async Task A_client_that_reads_too_slowly_is_counted_when_it_is_sent_away()
    {
        await using var node = await StartAsync(("Branchline:Gateway:QueueBytes", "1024"));
        using var admin = node.SignedIn("admin");
        using var slow = await PusherClient.ConnectAsync(node);
        await slow.JoinAsync("room");
        var dropped = 0L;
        for (var count = 0; count < 2000 && dropped == 0; count++)
        {
            await PublishAsync(admin, "room", "said", new string('x', 90_000));
            dropped = Own(await GetAsync(admin, "/api/realtime/overview")).GetProperty("dropped").GetInt64();
        }

        Assert.Equal(1, dropped);
    }

    [Fact]
    public async Task Channels_are_listed_page_by_page_and_found_by_what_is_in_their_names()
    {
        await using var node = await StartAsync();
        using var admin = node.SignedIn("admin");
        using var client = await PusherClient.ConnectAsync(node);
        foreach (var name in new[] { "b-two", "a-one", "b-one", "c" })
        {
            await client.JoinAsync(name);
        }

        var first = await GetAsync(admin, "/api/realtime/channels?limit=3");
        var second = await GetAsync(admin, "/api/realtime/channels?limit=3&after=" + first.GetProperty("next").GetString());
        var prefixed = await GetAsync(admin, "/api/realtime/channels?prefix=b-&limit=2");
        var searched = await GetAsync(admin, "/api/realtime/channels?search=ONE");

        Assert.Equal(["a-one", "b-one", "b-two"], Names(first));
        Assert.Equal(["c"], Names(second));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next").ValueKind);
        Assert.Equal(["b-one", "b-two"], Names(prefixed));
        Assert.Equal(JsonValueKind.Null, prefixed.GetProperty("next").ValueKind);
        Assert.Equal((2, 4), (Number(searched, "total"), Number(first, "total")));
    }

    [Fact]
    public async Task One_channel_tells_who_is_in_it()
    {
        await using var node = await StartAsync();
        using var admin = node.SignedIn("admin");
        using var client = await PusherClient.ConnectAsync(node);
        await client.JoinAsAdaAsync("presence-desk", "u1");
        var desk = await GetAsync(admin, "/api/realtime/channels/presence-desk");
        var member = Assert.Single(desk.GetProperty("members").EnumerateArray());

        Assert.Equal(("presence", "u1"), (desk.GetProperty("kind").GetString(), member.GetProperty("id").GetString()));
        Assert.Equal("Ada", member.GetProperty("info").GetProperty("name").GetString());
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(admin, "/api/realtime/channels/empty"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(admin, "/api/realtime/channels?app=none"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(admin, "/api/realtime/channels?limit=0"));
    }

    [Fact]
    public async Task A_test_event_reaches_who_listens_and_is_held_to_the_apps_limits()
    {
        await using var node = await StartAsync(("Branchline:App:Limits:MaxEventName", "5"));
        using var admin = node.SignedIn("admin");
        using var client = await PusherClient.ConnectAsync(node);
        await client.JoinAsync("room");
        using var said = await PublishAsync(admin, "room", "said", new { row = 7 });
        using var answer = JsonDocument.Parse(await said.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal("""{"event":"said","channel":"room","data":"{\"row\":7}"}""", Assert.Single(await client.HeardAsync()));
        Assert.Equal(1, Number(answer.RootElement, "subscriptions"));
        foreach (var (channel, name) in new[] { ("room", "too long"), ("bad name!", "said"), ("room", "") })
        {
            using var refused = await SayAsync(admin, channel, name, "x");
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }

        Assert.Empty(await client.HeardAsync());
    }

    [Theory]
    [InlineData("/api/realtime/overview")]
    [InlineData("/api/realtime/channels")]
    [InlineData("/api/realtime/channels/room")]
    [InlineData("/api/realtime/tail")]
    public async Task Only_administrators_and_the_command_line_look_on(string address)
    {
        await using var node = await StartAsync();
        using var client = await PusherClient.ConnectAsync(node);
        await client.JoinAsync("room");
        using var nobody = node.Anonymous();
        using var manager = node.SignedIn("manager");
        using var control = node.Anonymous();
        control.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ControlFile.Read(node.Directory)!.Token);

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(nobody, address));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(manager, address));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(control, address));
        using var refused = await SayAsync(manager, "room", "said", "x");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Empty(await client.HeardAsync());
    }

    [Fact]
    public async Task Who_is_signed_in_learns_what_their_client_connects_with()
    {
        await using var node = await StartAsync();
        using var cashier = node.SignedIn("cashier");
        using var nobody = node.Anonymous();

        Assert.Equal(PusherClient.Key, (await GetAsync(cashier, "/api/realtime/client")).GetProperty("key").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(nobody, "/api/realtime/client"));
    }

    private static Task<TestNode> StartAsync(params (string Name, string Value)[] values)
    {
        var settings = new TestSettings { Values = { ["PUSHER_APP_SECRET"] = SharedNode.Secret } };
        foreach (var (name, value) in values)
        {
            settings.Values[name] = value;
        }

        return TestNode.StartAsync(settings);
    }

    private static async Task<HttpResponseMessage> PublishAsync(HttpClient admin, string channel, string name, object? data = null) =>
        (await SayAsync(admin, channel, name, data)).EnsureSuccessStatusCode();

    private static Task<HttpResponseMessage> SayAsync(HttpClient client, string channel, string name, object? data) => client.PostAsJsonAsync(
        new Uri("/api/realtime/publish", UriKind.Relative), new { channel, name, data }, TestContext.Current.CancellationToken);

    private static async Task<JsonElement> GetAsync(HttpClient client, string address) =>
        await client.GetFromJsonAsync<JsonElement>(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string address)
    {
        using var answer = await client.GetAsync(
            new Uri(address, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static JsonElement Own(JsonElement overview) => overview.GetProperty("apps")[0];

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private static string[] Names(JsonElement page) =>
        [.. page.GetProperty("channels").EnumerateArray().Select(channel => channel.GetProperty("name").GetString()!)];
}
