using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using Branchline.Protocol;
using Branchline.Server;
using Branchline.Server.Access;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Access;

public sealed class SessionTests
{
    [Fact]
    public async Task A_session_lives_on_while_it_is_used_and_ends_after_30_days_without()
    {
        var clock = new TestClock();
        await using var node = await TestNode.StartAsync(new TestSettings { Time = clock });
        using var client = node.SignedIn("cashier");

        for (var visit = 0; visit < 3; visit++)
        {
            clock.Advance(TimeSpan.FromDays(29));
            using var used = await client.GetAsync("/api/me");
            Assert.Equal(HttpStatusCode.OK, used.StatusCode);
        }

        clock.Advance(TimeSpan.FromDays(31));
        using var late = await client.GetAsync("/api/me");
        await late.MustRefuseAsync(HttpStatusCode.Unauthorized, ErrorCodes.TokenInvalid);
    }

    [Fact]
    public async Task A_restart_signs_nobody_outsideand_remembers_that_a_session_was_used()
    {
        var clock = new TestClock();
        var directory = Directory.CreateTempSubdirectory("branchline-").FullName;
        string token;
        await using (var node = await TestNode.StartAsync(new TestSettings { Time = clock, Directory = directory }))
        {
            token = node.Token("cashier");
            clock.Advance(TimeSpan.FromDays(29));
            Assert.Equal(HttpStatusCode.OK, await AskAsync(node, token));
        }

        clock.Advance(TimeSpan.FromDays(29));
        await using (var node = await TestNode.StartAsync(new TestSettings { Time = clock, Directory = directory }))
        {
            Assert.Equal(HttpStatusCode.OK, await AskAsync(node, token));
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task The_database_holds_neither_a_token_nor_a_password()
    {
        await using var node = await TestNode.StartAsync();
        var token = node.Token("cashier");

        foreach (var file in Directory.GetFiles(node.Directory, "branchline.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            var content = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.DoesNotContain(token, content, StringComparison.Ordinal);
            Assert.DoesNotContain(TestNode.Password, content, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_token_in_the_query_signs_in_where_headers_cannot_be_set()
    {
        await using var node = await TestNode.StartAsync();
        using var client = node.Anonymous();

        using var good = await client.GetAsync("/api/products?limit=1&token=" + node.Token("cashier"));
        using var bad = await client.GetAsync("/api/products?limit=1&token=guess");

        // The list refuses parameters it does not know, so the token cannot have reached it.
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        await bad.MustRefuseAsync(HttpStatusCode.Unauthorized, ErrorCodes.TokenInvalid);
    }

    [Fact]
    public async Task A_disabled_user_is_outsideat_once_and_open_sockets_are_told()
    {
        await using var node = await TestNode.StartAsync();
        var (session, token) = node.Services.GetRequiredService<Sessions>().Open(node.User("cashier"));

        node.Node.Users.Change(session.User.Id, new UserChange { Disabled = true });

        Assert.True(session.Ended.IsCancellationRequested);
        Assert.False(session.MayReconnect);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(node, token));
    }

    [Theory]
    [InlineData("/sync/live")]
    [InlineData("/ws")]
    public async Task A_disabled_users_open_socket_is_closed_within_a_second(string address)
    {
        await using var node = await TestNode.StartAsync();
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri(node.SocketAddress, $"{address}?token={node.Token("cashier")}"), TestContext.Current.CancellationToken);

        node.Node.Users.Change(node.User("cashier").Id, new UserChange { Disabled = true });

        using var second = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        second.CancelAfter(TimeSpan.FromSeconds(1));
        var frame = await socket.ReceiveAsync(new byte[1024], second.Token);
        while (frame.MessageType != WebSocketMessageType.Close)
        {
            frame = await socket.ReceiveAsync(new byte[1024], second.Token);
        }

        Assert.Equal(4401, (int)frame.CloseStatus!);
    }

    [Fact]
    public async Task A_user_with_another_role_connects_again_with_the_same_token()
    {
        await using var node = await TestNode.StartAsync();
        var (session, token) = node.Services.GetRequiredService<Sessions>().Open(node.User("cashier"));

        node.Node.Users.Change(session.User.Id, new UserChange { Role = Roles.Manager });

        Assert.True(session.Ended.IsCancellationRequested);
        Assert.True(session.MayReconnect);
        Assert.Equal("manager", node.Services.GetRequiredService<Sessions>().Find(token)!.Identity.Role);
    }

    [Fact]
    public async Task A_user_disabled_on_the_command_line_is_outsidewithin_a_second()
    {
        await using var node = await TestNode.StartAsync();
        var (session, _) = node.Services.GetRequiredService<Sessions>().Open(node.User("cashier"));
        var outside = new TaskCompletionSource();
        using var told = session.Ended.Register(outside.SetResult);

        using (var database = new AccessDatabase(DataDirectory.DatabaseFileOf(node.Directory)))
        {
            Users.Over(database, new AccessOptions(), TimeProvider.System).Change(session.User.Id, new UserChange { Disabled = true });
        }

        await outside.Task.WaitAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_new_password_ends_every_session_of_its_owner_and_of_nobody_else()
    {
        await using var node = await TestNode.StartAsync();
        var cashier = node.Token("cashier");
        var manager = node.Token("manager");

        node.Node.Users.Change(node.User("cashier").Id, new UserChange { Password = "another password" });

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(node, cashier));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(node, manager));
    }

    [Fact]
    public async Task An_admin_holds_every_branch_there_is_and_a_new_one_at_once()
    {
        await using var node = await TestNode.StartAsync();
        using var admin = node.SignedIn("admin");

        using var created = await admin.PostAsync(
            "/api/branches", new StringContent("""{"name":"Harbour","code":"B09"}""", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var id = (await created.JsonAsync()).GetProperty("id").GetString();

        // The list follows the feed, which comes after the answer.
        var sessions = node.Services.GetRequiredService<Sessions>();
        var token = node.Token("admin");
        for (var look = 0; look < 100 && !sessions.Find(token)!.Identity.Scopes.Contains("branch:" + id); look++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Contains("branch:" + id, sessions.Find(token)!.Identity.Scopes);
    }

    private static async Task<HttpStatusCode> AskAsync(TestNode node, string token)
    {
        using var client = node.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.GetAsync("/api/me");
        return answer.StatusCode;
    }
}
