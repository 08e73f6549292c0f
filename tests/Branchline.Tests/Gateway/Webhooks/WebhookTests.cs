using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Branchline.Server.Fanout;
using Branchline.Server.Gateway.Apps;
using Branchline.Server.Gateway.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using static Branchline.Server.Fanout.ChannelHappening;

namespace Branchline.Tests.Gateway.Webhooks;

public sealed class WebhookTests
{
    private const string App = "branchline";

    [Fact]
    public async Task A_backend_is_told_signed_and_in_order()
    {
        await using var backend = await Backend.StartAsync();
        await using var node = await StartAsync(backend);
        Post(node, new Occupied("presence-a"), new MemberAdded("presence-a", "7"), new SubscriptionCount("b", 3));
        var told = await backend.HearsAsync(3);

        Assert.Equal(["channel_occupied presence-a", "member_added presence-a 7", "subscription_count b 3"], told);
        Assert.All(backend.Calls, call => Assert.True(IsValid(call, PusherClient.Key, SharedNode.Secret)));
        Assert.All(backend.Calls, call => Assert.False(IsValid(call, PusherClient.Key, "another")));
    }

    [Fact]
    public async Task A_call_that_is_not_taken_is_made_again_with_the_same_bytes_and_nothing_overtakes_it()
    {
        await using var backend = await Backend.StartAsync();
        backend.Answers(HttpStatusCode.InternalServerError, HttpStatusCode.NotFound);
        await using var node = await StartAsync(backend);
        Post(node, new Occupied("a"));
        await backend.CalledAsync(1);
        Post(node, new Occupied("b"));

        Assert.Equal(["channel_occupied a", "channel_occupied b"], await backend.HearsAsync(2));
        Assert.Equal(backend.Calls[0].Text, backend.Calls[1].Text);
        Assert.Equal(backend.Calls[0].Text, backend.Calls[2].Text);
    }

    [Fact]
    public async Task A_dead_endpoint_keeps_no_other_waiting_and_is_named()
    {
        await using var dead = await Backend.StartAsync();
        await using var alive = await Backend.StartAsync();
        dead.Otherwise = HttpStatusCode.ServiceUnavailable;
        var hanging = new TaskCompletionSource();
        dead.Answer(_ => hanging.Task);
        await using var node = await StartAsync([dead, alive]);
        for (var number = 0; number < 200; number++)
        {
            Post(node, new Occupied($"channel-{number}"));
        }

        Assert.Equal(200, (await alive.HearsAsync(200)).Count);
        Assert.Empty(dead.Told);
        hanging.SetResult();
        await Eventually.AsTrueAsync(() => State(node, dead).DeadSince is not null, () => State(node, dead).ToString());
        Assert.Equal((200, "It answered 503"), (State(node, alive).Delivered, State(node, dead).LastReason));
        Assert.Null(State(node, alive).DeadSince);

        dead.Otherwise = HttpStatusCode.OK;
        Assert.Equal(alive.Told, await dead.HearsAsync(200));
        await Eventually.AsTrueAsync(() => State(node, dead) is { DeadSince: null, Failures: 0, LastSuccess: not null }, () => State(node, dead).ToString());
    }

    [Fact]
    public async Task What_is_too_old_is_given_up_and_counted_and_the_next_is_told()
    {
        await using var backend = await Backend.StartAsync();
        backend.Otherwise = HttpStatusCode.BadGateway;
        await using var node = await StartAsync([backend], new() { ["Branchline:Webhooks:RetryFor"] = "00:00:00.5" });
        Post(node, new Occupied("a"));
        await Eventually.AsTrueAsync(() => State(node, backend).Lost == 1, () => State(node, backend).ToString());
        backend.Otherwise = HttpStatusCode.OK;
        Post(node, new Occupied("b"));

        Assert.Equal("channel_occupied b", Assert.Single(await backend.HearsAsync(1)));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var backend = await Backend.StartAsync();
        backend.Answers(HttpStatusCode.TemporaryRedirect, HttpStatusCode.Found);
        await using var node = await StartAsync(backend);
        Post(node, new Occupied("a"));
        await backend.HearsAsync(1);

        Assert.Equal(3, backend.Calls.Count);
        Assert.All(backend.Calls, call => Assert.Equal("/hook", call.Path));
    }

    [Fact]
    public async Task An_endpoint_that_does_not_answer_is_asked_again()
    {
        await using var backend = await Backend.StartAsync();
        backend.Answer(async context =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            context.Response.StatusCode = (int)HttpStatusCode.GatewayTimeout;
        });
        await using var node = await StartAsync([backend], new() { ["Branchline:Webhooks:Timeout"] = "00:00:00.3" });
        Post(node, new Occupied("a"));

        Assert.Equal(["channel_occupied a"], await backend.HearsAsync(1));
    }

    [Fact]
    public async Task An_endpoint_hears_only_what_it_asked_for_with_the_headers_it_wants()
    {
        await using var backend = await Backend.StartAsync();
        await using var node = await StartAsync([backend], new()
        {
            ["Branchline:App:Webhooks:0:Events:0"] = "member_added",
            ["Branchline:App:Webhooks:0:Events:1"] = "client_event",
            ["Branchline:App:Webhooks:0:ChannelPrefix"] = "presence-order",
            ["Branchline:App:Webhooks:0:Headers:X-Gate"] = "open sesame",
        });
        Post(
            node,
            new Occupied("presence-orders"), new MemberAdded("presence-other", "1"), new MemberAdded("presence-orders", "2"),
            new ClientEvent("presence-orders", "client-typing", "{}", "1.2", "2"));

        Assert.Equal(["member_added presence-orders 2", "client_event presence-orders 2"], await backend.HearsAsync(2));
        Assert.Equal("open sesame", backend.Calls[0].Headers["X-Gate"]);
    }

    [Fact]
    public async Task A_backend_that_does_not_know_a_rotated_secret_yet_loses_nothing()
    {
        await using var backend = await Backend.StartAsync();
        await using var node = await StartAsync([backend], new() { ["PUSHER_APP_SECRET"] = null });
        var old = node.Services.GetRequiredService<AppRegistry>().Default.Secrets.Valid[0].Value;
        using var admin = node.SignedIn("admin");
        using var rotated = await admin.PostAsync($"/api/realtime/apps/{App}/rotate", null);
        rotated.EnsureSuccessStatusCode();
        backend.Answers(HttpStatusCode.Unauthorized);
        Post(node, new Occupied("a"));
        await backend.HearsAsync(1);
        Post(node, new Occupied("b"));
        await backend.HearsAsync(2);

        Assert.Equal([false, true, true], backend.Calls.Select(call => IsValid(call, PusherClient.Key, old)));
    }

    [Fact]
    public async Task A_page_that_is_loaded_again_says_nothing_and_one_that_is_left_does()
    {
        await using var backend = await Backend.StartAsync();
        await using var node = await StartAsync([backend], new() { ["Branchline:Webhooks:HoldTime"] = "00:00:01" });
        Post(node, new Occupied("a"), new Vacated("a"), new Occupied("a"), new Vacated("b"));

        Assert.Equal(["channel_occupied a", "channel_vacated b"], await backend.HearsAsync(2));
    }

    [Fact]
    public async Task A_webhook_set_while_the_node_runs_hears_at_once_and_one_taken_away_hears_no_more()
    {
        await using var first = await Backend.StartAsync();
        await using var second = await Backend.StartAsync();
        await using var node = await StartAsync([]);
        using var admin = node.SignedIn("admin");
        Post(node, new Occupied("nobody-listens"));
        await SetAsync(admin, first, second);
        Post(node, new Occupied("both"));
        await first.HearsAsync(1);
        await second.HearsAsync(1);
        await SetAsync(admin, second);
        Post(node, new Occupied("one"));
        await second.HearsAsync(2);

        Assert.Equal(["channel_occupied both"], first.Told);
        Assert.Equal(["channel_occupied both", "channel_occupied one"], second.Told);
        using var states = await admin.GetAsync("/api/realtime/webhooks");
        Assert.Equal(second.Url, Assert.Single((await states.JsonAsync()).EnumerateArray()).GetProperty("url").GetString());
    }

    [Fact]
    public async Task One_app_does_not_hear_of_another()
    {
        await using var backend = await Backend.StartAsync();
        await using var other = await Backend.StartAsync();
        await using var node = await StartAsync([backend], new()
        {
            ["Branchline:Apps:0:Id"] = "board",
            ["Branchline:Apps:0:Key"] = "board-key",
            ["Branchline:Apps:0:Secret"] = "board-secret",
            ["Branchline:Apps:0:Webhooks:0:Url"] = other.Url,
        });
        node.Services.GetRequiredService<Happenings>().Post("board", new Occupied("x"));
        Post(node, new Occupied("y"));
        await backend.HearsAsync(1);
        await other.HearsAsync(1);

        Assert.Equal(["channel_occupied y"], backend.Told);
        Assert.Equal(["channel_occupied x"], other.Told);
        Assert.True(IsValid(other.Calls[0], "board-key", "board-secret"));
    }

    [Fact]
    public async Task A_stopping_node_tells_what_waits_but_not_that_everybody_left()
    {
        await using var backend = await Backend.StartAsync();
        await using (var node = await StartAsync([backend], Patient))
        {
            Post(node, new Occupied("a"), new Vacated("b"));
        }

        Assert.Equal(["channel_occupied a"], backend.Told);
    }

    [Fact]
    public async Task Many_events_at_once_are_few_calls()
    {
        await using var backend = await Backend.StartAsync();
        await using var node = await StartAsync(backend);
        Post(node, [.. Enumerable.Range(0, 500).Select(number => new SubscriptionCount("a", number))]);

        Assert.Equal(Enumerable.Range(0, 500).Select(number => $"subscription_count a {number}"), await backend.HearsAsync(500));
        Assert.InRange(backend.Calls.Count, 10, 100);
    }

    [Fact]
    public async Task A_client_event_that_is_no_proper_text_costs_nobody_anything()
    {
        await using var backend = await Backend.StartAsync();
        await using var node = await StartAsync(backend);
        using var client = await PusherClient.ConnectAsync(node);
        var app = TestApp.Of("", PusherClient.Key, SharedNode.Secret);
        await client.JoinAsync("private-a", app.Authorize($"{client.SocketId}:private-a"));
        await client.Socket.SendAsync("""{"event":"client-x","channel":"private-a","data":"\ud800"}""");
        await client.Socket.SendAsync("""{"event":"client-y","channel":"private-a","data":{"at":1}}""");

        Assert.Empty(await client.HeardAsync());
        await Eventually.AsTrueAsync(
            () => backend.Calls.SelectMany(call => call.Events).Any(told => told.TryGetProperty("event", out var name) && name.GetString() == "client-y"),
            () => string.Join(" ", backend.Told));
    }

    private static Dictionary<string, string?> Patient => new()
    {
        ["Branchline:Webhooks:BatchTime"] = "00:00:10",
        ["Branchline:Webhooks:HoldTime"] = "00:01:00",
    };

    // What pusher-http-node does in webhook().isValid(): the content type compared as it is, the key, the signature of the raw body, the body parsed.
    private static bool IsValid(Backend.Call call, string key, string secret) =>
        call.Headers.ContentType == "application/json"
        && call.Headers["X-Pusher-Key"] == key
        && call.Headers["X-Pusher-Signature"] == Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), call.Body))
        && JsonDocument.Parse(call.Body).RootElement.GetProperty("time_ms").GetInt64() > 0;

    private static void Post(TestNode node, params ReadOnlySpan<ChannelHappening> happenings)
    {
        foreach (var happening in happenings)
        {
            node.Services.GetRequiredService<Happenings>().Post(App, happening);
        }
    }

    private static WebhookState State(TestNode node, Backend backend) =>
        node.Services.GetRequiredService<WebhookEndpoints>().States.Single(state => state.Url == backend.Url);

    private static async Task SetAsync(HttpClient admin, params Backend[] backends)
    {
        using var answer = await admin.PutAsJsonAsync(
            $"/api/realtime/apps/{App}", new { webhooks = backends.Select(backend => new { url = backend.Url }) });
        answer.EnsureSuccessStatusCode();
    }

    private static Task<TestNode> StartAsync(Backend backend) => StartAsync([backend]);

    private static Task<TestNode> StartAsync(Backend[] backends, Dictionary<string, string?>? values = null)
    {
        var all = new Dictionary<string, string?>
        {
            ["PUSHER_APP_SECRET"] = SharedNode.Secret,
            ["Branchline:Webhooks:FirstPause"] = "00:00:00.05",
            ["Branchline:Webhooks:LongestPause"] = "00:00:00.2",
        };
        foreach (var (index, backend) in backends.Index())
        {
            all[$"Branchline:App:Webhooks:{index}:Url"] = backend.Url;
        }

        foreach (var (name, value) in values ?? [])
        {
            all[name] = value;
        }

        return TestNode.StartAsync(new TestSettings { Values = all });
    }
}
