using System.Net.Http.Json;
using Branchline.Server.Gateway;
using Branchline.Server.Gateway.Apps;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Fallback;
using Branchline.Server.Gateway.Pusher;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Gateway.Apps;

/// <summary>What administrators do to an app, as its connections feel it.</summary>
public sealed class AppLifeTests
{
    private const string Address = "/api/realtime/apps";

    [Fact]
    public async Task Rotating_a_secret_drops_no_connection_and_shuts_out_no_backend()
    {
        await using var node = await TestNode.StartAsync();
        using var admin = node.SignedIn("admin");
        var old = TestApp.Of("", PusherClient.Key, node.Services.GetRequiredService<AppRegistry>().Default.Secrets.Valid[0].Value);
        using var client = await PusherClient.ConnectAsync(node);
        await client.JoinAsync("private-before", old.Authorize($"{client.SocketId}:private-before"));

        using var rotated = await admin.PostAsync(Address + "/branchline/rotate", null);
        var made = TestApp.Of("", PusherClient.Key, (await rotated.JsonAsync()).GetProperty("secret").GetString()!);

        Assert.Empty(await client.HeardAsync());
        await client.JoinAsync("private-old-backend", old.Authorize($"{client.SocketId}:private-old-backend"));
        await client.JoinAsync("private-new-backend", made.Authorize($"{client.SocketId}:private-new-backend"));
    }

    [Fact]
    public async Task An_app_that_leaked_its_secret_believes_it_no_longer_but_keeps_its_connections()
    {
        await using var node = await TestNode.StartAsync();
        using var admin = node.SignedIn("admin");
        var old = TestApp.Of("", PusherClient.Key, node.Services.GetRequiredService<AppRegistry>().Default.Secrets.Valid[0].Value);
        using var client = await PusherClient.ConnectAsync(node);
        using var rotated = await admin.PostAsJsonAsync(Address + "/branchline/rotate", new { grace = TimeSpan.Zero });

        Assert.Contains("AuthError", await client.SubscribeAsync("private-x", old.Authorize($"{client.SocketId}:private-x")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_made_app_takes_connections_at_once_a_disabled_one_sends_them_away_and_a_removed_one_is_unknown()
    {
        await using var node = await TestNode.StartAsync();
        using var admin = node.SignedIn("admin");
        using var made = await admin.PostAsJsonAsync(Address, new { id = "board", key = "board-key" });
        using var first = await PusherClient.ConnectAsync(node, key: "board-key");
        using var own = await PusherClient.ConnectAsync(node);

        using var disabled = await admin.PutAsJsonAsync(Address + "/board", new { enabled = false });
        Assert.Equal(4003, await first.Socket.ReceiveCloseAsync());
        Assert.Equal(4003, await CloseOfAsync(node));

        using var enabled = await admin.PutAsJsonAsync(Address + "/board", new { enabled = true });
        using var second = await PusherClient.ConnectAsync(node, key: "board-key");
        using var removed = await admin.DeleteAsync(Address + "/board");
        Assert.Equal(4001, await second.Socket.ReceiveCloseAsync());
        Assert.Equal(4001, await CloseOfAsync(node));
        Assert.Empty(await own.HeardAsync());
    }

    [Fact]
    public async Task An_app_that_is_removed_in_the_middle_of_a_handshake_is_not_made_anew()
    {
        await using var node = await TestNode.StartAsync();
        using var admin = node.SignedIn("admin");
        var (apps, hubs) = (node.Services.GetRequiredService<AppRegistry>(), node.Services.GetRequiredService<Hubs>());
        using var made = await admin.PostAsJsonAsync(Address, new { id = "board", key = "board-key" });
        Assert.True(apps.TryFindById("board", out var known));
        using var removed = await admin.DeleteAsync(Address + "/board");

        Assert.Null(hubs.Of(known));
        Assert.Null(node.Services.GetRequiredService<PusherSockets>().Open(NewWire(), known, Listener.Anonymous));
        Assert.Null(hubs.Find("board"));
    }

    [Theory]
    [InlineData(true, 4001)]
    [InlineData(false, 4003)]
    public async Task Whoever_comes_in_while_an_app_goes_is_sent_away_all_the_same(bool isRemoved, int code)
    {
        await using var node = await TestNode.StartAsync();
        var (apps, hubs, sockets) = (node.Services.GetRequiredService<AppRegistry>(), node.Services.GetRequiredService<Hubs>(), node.Services.GetRequiredService<PusherSockets>());
        for (var round = 0; round < 200; round++)
        {
            var app = TestApp.Of("board", "board-key", "secret");
            apps.Put(app);
            var entering = Task.Run(() => Enumerable.Range(0, 20).Select(_ => (Wire: NewWire(), sockets)).Select(one => (one.Wire, Connection: one.sockets.Open(one.Wire, app, Listener.Anonymous))).ToList());
            if (isRemoved)
            {
                apps.Remove("board");
            }
            else
            {
                apps.Put(app with { Enabled = false });
            }

            foreach (var (wire, connection) in (await entering).Where(one => one.Connection is not null))
            {
                var frames = wire.Take(wire.Enter(() => { }))!.Frames;
                Assert.Contains($"c[{code},", frames, StringComparison.Ordinal);
                connection!.End();
            }

            apps.Remove("board");
            Assert.Null(hubs.Find("board"));
        }
    }

    private static HttpSession NewWire() =>
        new(new HttpSessionRules(100_000, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(90)), new Unpolled(1).PlaceOf(null), TimeProvider.System);

    private static async Task<int> CloseOfAsync(TestNode node)
    {
        using var socket = await TestSocket.ConnectAsync(node.SocketAddress, "/app/board-key?protocol=7&client=test&version=1");
        return await socket.ReceiveCloseAsync();
    }
}
