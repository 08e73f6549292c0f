using System.Net.Http.Json;
using Branchline.Server.Gateway.Apps;
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

    private static async Task<int> CloseOfAsync(TestNode node)
    {
        using var socket = await TestSocket.ConnectAsync(node.SocketAddress, "/app/board-key?protocol=7&client=test&version=1");
        return await socket.ReceiveCloseAsync();
    }
}
