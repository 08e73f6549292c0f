using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Gateway.Apps;
using Branchline.Server.Gateway.Pusher;

namespace Branchline.Tests.Gateway;

public sealed class PusherPrivateChannelTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private static readonly string Branch1 = Committed.Branch1["branch:".Length..];
    private static readonly string Branch2 = Committed.Branch2["branch:".Length..];
    private static readonly RealtimeApp App = TestApp.Of("1", PusherClient.Key, SharedNode.Secret);

    private readonly TestNode _node = shared.Node;

    [Fact]
    public void Signatures_are_those_of_every_other_Pusher_server()
    {
        using var golden = JsonDocument.Parse(GoldenFile.Read("pusher/signatures.json"));
        var app = TestApp.Of(
            "3", golden.RootElement.GetProperty("key").GetString()!, golden.RootElement.GetProperty("secret").GetString()!);
        foreach (var vector in golden.RootElement.GetProperty("vectors").EnumerateArray())
        {
            var text = vector.GetProperty("text").GetString()!;
            var hex = vector.GetProperty("hex").GetString()!;
            Assert.Equal(hex, app.Sign(text));
            Assert.True(app.Verify($"{app.Key}:{hex}", text));
            Assert.False(app.Verify($"{app.Key}:{hex}", text + " "));
            Assert.False(app.Verify($"another-key:{hex}", text));
            Assert.False(app.Verify(hex, text));
        }
    }

    [Fact]
    public void A_subscription_brings_its_signature_along()
    {
        Assert.True(ClientFrame.TryParse(Encoding.UTF8.GetBytes(GoldenFile.Read("pusher/client-subscribe-private.json")), out var frame));
        var app = TestApp.Of("3", "278d425bdf160c739803", "7ad3773142a6692b25b8");

        Assert.Equal(("pusher:subscribe", "private-foobar"), (frame.Event, frame.Subject));
        Assert.True(app.Verify(frame.Auth, "1234.1234:" + frame.Subject));
    }

    [Theory]
    [InlineData("")]
    [InlineData("branchline-key:0000")]
    [InlineData("nonsense")]
    public async Task A_private_channel_without_the_right_signature_stays_closed(string auth)
    {
        using var client = await PusherClient.ConnectAsync(_node, _node.Token("admin"));

        Assert.Equal(GoldenFile.Read("pusher/subscription-error.json"), await client.SubscribeAsync("private-sales", auth));
    }

    [Fact]
    public async Task A_signature_is_good_for_one_connection_and_one_channel()
    {
        using var client = await PusherClient.ConnectAsync(_node);
        using var other = await PusherClient.ConnectAsync(_node);
        var auth = App.Authorize($"{client.SocketId}:private-sales");

        Assert.Contains("subscription_error", await other.SubscribeAsync("private-sales", auth), StringComparison.Ordinal);
        Assert.Contains("subscription_error", await client.SubscribeAsync("private-orders", auth), StringComparison.Ordinal);
        await client.JoinAsync("private-sales", auth);
    }

    [Fact]
    public async Task A_backend_with_the_secret_lets_its_people_hear_every_branch()
    {
        using var client = await PusherClient.ConnectAsync(_node);
        await client.JoinAsync("private-products", App.Authorize($"{client.SocketId}:private-products"));
        await client.JoinAsync("private-sales", App.Authorize($"{client.SocketId}:private-sales"));
        _node.Announce(Committed.Product(), Committed.Sale(Committed.Branch1), Committed.Sale(Committed.Branch2));
        var heard = await client.HeardAsync();

        Assert.Equal(GoldenFile.Read("pusher/event-product-updated-private.json"), heard[0]);
        Assert.Equal(3, heard.Count);
    }

    [Theory]
    [InlineData("/broadcasting/auth", false)]
    [InlineData("/broadcasting/auth", true)]
    [InlineData("/pusher/auth", false)]
    [InlineData("/pusher/auth", true)]
    public async Task A_signed_in_person_gets_a_signature_that_opens_their_own_branch_only(string address, bool json)
    {
        using var client = await PusherClient.ConnectAsync(_node);
        using var http = _node.SignedIn("cashier", Branch2);
        var (status, auth) = await AuthorizeAsync(http, address, client.SocketId, "private-sales", json);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(App.Authorize($"{client.SocketId}:private-sales"), auth);
        await client.JoinAsync("private-sales", auth!);
        _node.Announce(Committed.Sale(Committed.Branch1), Committed.Sale(Committed.Branch2));
        Assert.Contains(Branch2, Assert.Single(await client.HeardAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaving_and_joining_again_does_not_widen_what_is_heard()
    {
        using var client = await PusherClient.ConnectAsync(_node);
        using var http = _node.SignedIn("cashier", Branch2);
        var (_, auth) = await AuthorizeAsync(http, "/broadcasting/auth", client.SocketId, "private-sales");
        await client.JoinAsync("private-sales", auth!);
        await client.Socket.SendAsync("""{"event":"pusher:unsubscribe","data":{"channel":"private-sales"}}""");
        await client.JoinAsync("private-sales", auth!);
        _node.Announce(Committed.Sale(Committed.Branch1));

        Assert.Empty(await client.HeardAsync());
    }

    [Fact]
    public async Task One_connection_serves_one_person()
    {
        using var client = await PusherClient.ConnectAsync(_node);
        using var cashier = _node.SignedIn("cashier", Branch2);
        using var manager = _node.SignedIn("manager", Branch1, Branch2);
        var (_, auth) = await AuthorizeAsync(cashier, "/broadcasting/auth", client.SocketId, "private-sales");
        var (status, _) = await AuthorizeAsync(manager, "/broadcasting/auth", client.SocketId, "private-sales");
        await client.JoinAsync("private-sales", auth!);
        _node.Announce(Committed.Sale(Committed.Branch1));

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Empty(await client.HeardAsync());
    }

    [Theory]
    [InlineData("/broadcasting/auth", true)]
    [InlineData("/broadcasting/user-auth", true)]
    [InlineData("/broadcasting/auth", false)]
    [InlineData("/broadcasting/user-auth", false)]
    public async Task Whoever_knows_the_socket_id_of_a_persons_connection_is_refused_and_cannot_end_it(string address, bool byHandshake)
    {
        using var owner = _node.SignedIn("cashier", Branch1);
        using var client = await PusherClient.ConnectAsync(_node, byHandshake ? owner.DefaultRequestHeaders.Authorization!.Parameter : null);
        if (!byHandshake)
        {
            await SignInAsync(owner, client);
        }

        using var stranger = _node.SignedIn("manager", Branch1, Branch2);
        using var refused = await AskAsync(stranger, address, client.SocketId, "private-sales");
        Assert.Equal((HttpStatusCode.Forbidden, ErrorCodes.ConnectionTaken), (refused.StatusCode, (await refused.JsonAsync()).GetProperty("code").GetString()));
        await SignOutAsync(stranger);

        var (_, auth) = await AuthorizeAsync(owner, "/broadcasting/auth", client.SocketId, "private-sales");
        await client.JoinAsync("private-sales", auth!);
        _node.Announce(Committed.Sale(Committed.Branch1), Committed.Sale(Committed.Branch2));
        Assert.Contains(Branch1, Assert.Single(await client.HeardAsync()), StringComparison.Ordinal);
        await SignOutAsync(owner);
        Assert.Equal(4200, await client.Socket.ReceiveCloseAsync());
    }

    [Fact]
    public async Task What_a_connection_never_used_does_not_end_it_and_is_worth_nothing_when_its_person_is_gone()
    {
        using var client = await PusherClient.ConnectAsync(_node);
        using var stranger = _node.SignedIn("manager", Branch1, Branch2);
        using var owner = _node.SignedIn("cashier", Branch2);
        var (_, stale) = await AuthorizeAsync(stranger, "/broadcasting/auth", client.SocketId, "private-orders");
        using (var signedIn = await AskAsync(stranger, "/broadcasting/user-auth", client.SocketId, ""))
        {
            Assert.Equal(HttpStatusCode.OK, signedIn.StatusCode);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await AuthorizeAsync(owner, "/broadcasting/auth", client.SocketId, "private-sales")).Status);
        await SignOutAsync(stranger);
        Assert.Empty(await client.HeardAsync());

        var (_, auth) = await AuthorizeAsync(owner, "/broadcasting/auth", client.SocketId, "private-sales");
        await client.JoinAsync("private-sales", auth!);
        _node.Announce(Committed.Sale(Committed.Branch1), Committed.Sale(Committed.Branch2));
        Assert.Contains(Branch2, Assert.Single(await client.HeardAsync()), StringComparison.Ordinal);
        Assert.Contains("subscription_error", await client.SubscribeAsync("private-orders", stale!), StringComparison.Ordinal);
        Assert.Empty(await client.HeardAsync());
    }

    [Fact]
    public async Task A_sign_in_of_an_ended_session_signs_nobody_in_whoever_asked_since()
    {
        using var client = await PusherClient.ConnectAsync(_node);
        using var gone = _node.SignedIn("manager", Branch1, Branch2);
        using var owner = _node.SignedIn("cashier", Branch2);
        using var answer = await AskAsync(gone, "/broadcasting/user-auth", client.SocketId, "");
        var signed = await answer.JsonAsync();
        await SignOutAsync(gone);
        Assert.Equal(HttpStatusCode.OK, (await AuthorizeAsync(owner, "/broadcasting/auth", client.SocketId, "private-sales")).Status);

        await client.Socket.SendAsync(JsonSerializer.Serialize(new
        {
            @event = "pusher:signin",
            data = new { auth = signed.GetProperty("auth").GetString(), user_data = signed.GetProperty("user_data").GetString() },
        }));

        Assert.Contains("The sign-in is unauthorized", await client.Socket.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Empty(await client.HeardAsync());
    }

    [Fact]
    public async Task A_signature_whose_person_signed_out_before_it_was_used_sends_the_client_back_to_ask_anew()
    {
        using var client = await PusherClient.ConnectAsync(_node);
        using var http = _node.SignedIn("cashier", Branch1);
        var (_, auth) = await AuthorizeAsync(http, "/broadcasting/auth", client.SocketId, "private-sales");
        await SignOutAsync(http);

        await client.Socket.SendAsync(JsonSerializer.Serialize(new { @event = "pusher:subscribe", data = new { auth, channel = "private-sales" } }));
        Assert.Equal(4200, await client.Socket.ReceiveCloseAsync());
    }

    [Fact]
    public async Task In_one_page_somebody_else_signs_in_over_the_next_connection()
    {
        using var first = _node.SignedIn("cashier", Branch1);
        using var before = await PusherClient.ConnectAsync(_node);
        await SignInAsync(first, before);
        await SignOutAsync(first);
        Assert.Equal(4200, await before.Socket.ReceiveCloseAsync());

        using var second = _node.SignedIn("cashier", Branch2);
        using var after = await PusherClient.ConnectAsync(_node);
        await SignInAsync(second, after);
        var (_, auth) = await AuthorizeAsync(second, "/broadcasting/auth", after.SocketId, "private-sales");
        await after.JoinAsync("private-sales", auth!);
        Assert.Equal(HttpStatusCode.OK, (await AuthorizeAsync(second, "/broadcasting/auth", before.SocketId, "private-sales")).Status);
    }

    [Fact]
    public async Task When_the_person_who_asked_signs_out_the_connection_ends()
    {
        using var client = await PusherClient.ConnectAsync(_node);
        using var http = _node.SignedIn("cashier", Branch1);
        var (_, auth) = await AuthorizeAsync(http, "/broadcasting/auth", client.SocketId, "private-sales");
        await client.JoinAsync("private-sales", auth!);
        await SignOutAsync(http);

        Assert.Equal(4200, await client.Socket.ReceiveCloseAsync());
    }

    [Fact]
    public async Task The_web_sessions_cookie_is_enough_but_not_from_another_site()
    {
        using var client = await PusherClient.ConnectAsync(_node);
        using var http = _node.Anonymous();
        http.DefaultRequestHeaders.Add("Cookie", "branchline_session=" + _node.Token("cashier", Branch1));
        var (status, _) = await AuthorizeAsync(http, "/broadcasting/auth", client.SocketId, "private-sales");
        http.DefaultRequestHeaders.Add("Origin", "https://elsewhere.example");
        var (foreign, _) = await AuthorizeAsync(http, "/broadcasting/auth", client.SocketId, "private-sales");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(HttpStatusCode.Forbidden, foreign);
    }

    [Fact]
    public async Task Nobody_gets_a_signature_without_signing_in()
    {
        using var http = _node.Anonymous();
        Assert.Equal(HttpStatusCode.Forbidden, (await AuthorizeAsync(http, "/broadcasting/auth", "1.2", "private-sales")).Status);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "stale");
        Assert.Equal(HttpStatusCode.Forbidden, (await AuthorizeAsync(http, "/broadcasting/auth", "1.2", "private-sales")).Status);
    }

    [Theory]
    [InlineData("private-finance-cash-requests")]
    [InlineData("private-unheard-of")]
    [InlineData("private-user.somebody-else")]
    [InlineData("private-App.Models.User.somebody-else")]
    [InlineData("private-branch.0193f0a1-0000-7000-8000-000000000b02")]
    [InlineData("presence-room")]
    [InlineData("presence-everyone-else")]
    [InlineData("private-everyone")]
    [InlineData("presence-branch.0193f0a1-0000-7000-8000-000000000b02.row.orders.7")]
    [InlineData("private-encrypted-finance-cash-requests")]
    [InlineData("sales")]
    public async Task What_a_cashier_may_not_hear_is_not_signed(string channel)
    {
        using var http = _node.SignedIn("cashier", Branch1);

        Assert.Equal(HttpStatusCode.Forbidden, (await AuthorizeAsync(http, "/broadcasting/auth", "1.2", channel)).Status);
    }

    [Fact]
    public async Task Ones_own_channels_and_those_of_ones_branches_are_signed()
    {
        var user = _node.User("cashier", Branch1);
        using var http = _node.SignedIn("cashier", Branch1);
        foreach (var channel in new[]
        {
            "private-user." + user.Id, "private-App.Models.User." + user.Id, "private-branch." + Branch1, "presence-branch." + Branch1,
            $"presence-branch.{Branch1}.row.orders.7", "presence-everyone", "presence-everyone.row.products.7",
        })
        {
            Assert.Equal(HttpStatusCode.OK, (await AuthorizeAsync(http, "/broadcasting/auth", "1.2", channel)).Status);
        }
    }

    [Theory]
    [InlineData("", "private-sales")]
    [InlineData("12", "private-sales")]
    [InlineData("1.2:private-orders", "private-sales")]
    [InlineData("1.2", "")]
    public async Task A_question_that_is_not_one_is_refused(string socketId, string channel)
    {
        using var http = _node.SignedIn("cashier", Branch1);

        Assert.Equal(HttpStatusCode.BadRequest, (await AuthorizeAsync(http, "/broadcasting/auth", socketId, channel)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await AuthorizeAsync(http, "/broadcasting/auth", socketId, channel, json: true)).Status);
    }

    private static async Task SignOutAsync(HttpClient http) =>
        (await http.PostAsync(new Uri("/api/logout", UriKind.Relative), null)).EnsureSuccessStatusCode();

    /// <summary>As pusher-js does it: asks the node, and shows what it answered.</summary>
    private static async Task SignInAsync(HttpClient http, PusherClient client)
    {
        using var answer = await AskAsync(http, "/broadcasting/user-auth", client.SocketId, "");
        var signed = await answer.JsonAsync();
        await client.Socket.SendAsync(JsonSerializer.Serialize(new
        {
            @event = "pusher:signin",
            data = new { auth = signed.GetProperty("auth").GetString(), user_data = signed.GetProperty("user_data").GetString() },
        }));
        Assert.Contains("pusher:signin_success", await client.Socket.ReceiveAsync(), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient http, string address, string socketId, string channel, bool json = false)
    {
        var fields = new Dictionary<string, string> { ["socket_id"] = socketId, ["channel_name"] = channel };
        using HttpContent body = json ? JsonContent.Create(fields) : new FormUrlEncodedContent(fields);
        return await http.PostAsync(new Uri(address, UriKind.Relative), body);
    }

    private static async Task<(HttpStatusCode Status, string? Auth)> AuthorizeAsync(
        HttpClient http, string address, string socketId, string channel, bool json = false)
    {
        using var response = await AskAsync(http, address, socketId, channel, json);
        if (!response.IsSuccessStatusCode)
        {
            return (response.StatusCode, null);
        }

        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return (response.StatusCode, answer.RootElement.GetProperty("auth").GetString());
    }
}
