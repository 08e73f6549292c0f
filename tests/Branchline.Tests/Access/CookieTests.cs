using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using Branchline.Protocol;
using Branchline.Server.Access;

namespace Branchline.Tests.Access;

public sealed class CookieTests
{
    [Fact]
    public async Task The_session_cookie_is_out_of_a_scripts_reach_and_the_antiforgery_cookie_is_not()
    {
        await using var node = await TestNode.StartAsync();
        using var client = node.Anonymous();

        using var login = await client.PostAsJsonAsync("/api/login", new { email = node.User("admin").Email, password = TestNode.Password });
        var cookies = login.Cookies();

        Assert.Contains("httponly", cookies["branchline_session"], StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookies["branchline_session"], StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secure", cookies["branchline_session"], StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("httponly", cookies["XSRF-TOKEN"], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Behind_a_proxy_that_speaks_https_cookies_are_secure()
    {
        await using var node = await TestNode.StartAsync();
        using var client = node.Anonymous();
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        using var login = await client.PostAsJsonAsync("/api/login", new { email = node.User("admin").Email, password = TestNode.Password });

        Assert.All(login.Cookies().Values, cookie => Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("POST", "/api/users")]
    [InlineData("PUT", "/api/users/x")]
    [InlineData("POST", "/api/products")]
    [InlineData("DELETE", "/api/products?id=x")]
    [InlineData("POST", "/sync/push")]
    public async Task A_write_by_cookie_needs_the_antiforgery_header(string method, string address)
    {
        await using var node = await TestNode.StartAsync();
        using var browser = Browser(node, out _);

        using var without = await browser.SendAsync(new HttpRequestMessage(new HttpMethod(method), address) { Content = JsonContent.Create(new { }) });

        await without.MustRefuseAsync(HttpStatusCode.Forbidden, ErrorCodes.AntiforgeryFailed);
    }

    [Fact]
    public async Task A_page_that_repeats_the_antiforgery_cookie_may_write_and_anybody_may_read()
    {
        await using var node = await TestNode.StartAsync();
        using var browser = Browser(node, out var token);
        browser.DefaultRequestHeaders.Add("X-XSRF-TOKEN", Token.Antiforgery(token));

        using var write = await browser.PostAsJsonAsync("/api/users", new { });
        browser.DefaultRequestHeaders.Remove("X-XSRF-TOKEN");
        using var read = await browser.GetAsync("/api/users");

        await write.MustRefuseAsync(HttpStatusCode.UnprocessableEntity, ErrorCodes.Required);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
    }

    [Fact]
    public async Task A_bearer_token_needs_no_antiforgery_header()
    {
        await using var node = await TestNode.StartAsync();
        using var client = node.SignedIn("admin");

        using var write = await client.PostAsJsonAsync("/api/users", new { });

        await write.MustRefuseAsync(HttpStatusCode.UnprocessableEntity, ErrorCodes.Required);
    }

    [Theory]
    [InlineData("https://elsewhere.example", false)]
    [InlineData(null, false)]
    [InlineData("http://127.0.0.1:9999", true)]
    [InlineData("https://shop.example", true)]
    public async Task A_socket_by_cookie_is_opened_only_by_a_page_of_an_allowed_origin(string? origin, bool isAllowed)
    {
        await using var node = await TestNode.StartAsync(new TestSettings
        {
            Values = new() { ["Branchline:Access:Origins:0"] = "https://shop.example" },
        });
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", "branchline_session=" + node.Token("cashier"));
        socket.Options.CollectHttpResponseDetails = true;
        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }

        var opening = socket.ConnectAsync(new Uri(node.SocketAddress, "/sync/live"), TestContext.Current.CancellationToken);

        if (isAllowed)
        {
            await opening;
            Assert.Equal(WebSocketState.Open, socket.State);
            return;
        }

        await Assert.ThrowsAsync<WebSocketException>(() => opening);
        Assert.Equal(HttpStatusCode.Forbidden, socket.HttpStatusCode);
    }

    private static HttpClient Browser(TestNode node, out string token)
    {
        token = node.Token("admin");
        var client = node.Anonymous();
        client.DefaultRequestHeaders.Add("Cookie", "branchline_session=" + token);
        return client;
    }
}
