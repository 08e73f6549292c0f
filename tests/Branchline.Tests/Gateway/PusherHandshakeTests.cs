using System.Text.RegularExpressions;
using Branchline.Server.Gateway.Sockets;
using Branchline.Server.Gateway.Apps;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Gateway;

public sealed class PusherHandshakeTests
{
    private const string Query = "?protocol=7&client=js&version=8.4.0&flash=false";

    [Theory]
    [InlineData("/app/branchline-key" + Query)]
    [InlineData("/app/branchline-key/" + Query)]
    [InlineData("/shop/app/branchline-key" + Query)]
    [InlineData("/a/b/app/branchline-key" + Query)]
    [InlineData("/app/branchline-key?protocol=5")]
    public async Task A_client_is_greeted_with_its_socket_id(string path)
    {
        await using var node = await TestNode.StartAsync();
        using var socket = await TestSocket.ConnectAsync(node.SocketAddress, path);
        var greeting = await socket.ReceiveAsync();

        var socketId = Regex.Match(greeting!, @"\d+\.\d+").Value;
        Assert.Equal(GoldenFile.Read("pusher/connection-established.json").Replace("123.456", socketId, StringComparison.Ordinal), greeting);
    }

    [Theory]
    [InlineData("/app/another-key" + Query, 4001)]
    [InlineData("/somewhere/else" + Query, 4005)]
    [InlineData("/app" + Query, 4005)]
    [InlineData("/app/branchline-key/more" + Query, 4005)]
    [InlineData("/app/branchline-key?protocol=3", 4007)]
    [InlineData("/app/branchline-key?protocol=8", 4007)]
    [InlineData("/app/branchline-key?protocol=seven", 4006)]
    [InlineData("/app/branchline-key", 4008)]
    public async Task A_client_with_the_wrong_address_is_told_what_is_wrong(string path, int code)
    {
        await using var node = await TestNode.StartAsync();
        using var socket = await TestSocket.ConnectAsync(node.SocketAddress, path);
        var error = await socket.ReceiveAsync();

        Assert.Contains($$"""{"event":"pusher:error","data":{"code":{{code}},""", error, StringComparison.Ordinal);
        Assert.Equal(code, await socket.ReceiveCloseAsync());
        Assert.NotEmpty(socket.CloseText!);
    }

    [Fact]
    public async Task The_answer_to_a_wrong_key_names_the_setting()
    {
        await using var node = await TestNode.StartAsync();
        using var socket = await TestSocket.ConnectAsync(node.SocketAddress, "/app/another-key" + Query);

        Assert.Equal(GoldenFile.Read("pusher/error.json"), await socket.ReceiveAsync());
    }

    [Fact]
    public async Task One_connection_too_many_is_asked_to_come_again()
    {
        await using var node = await TestNode.StartAsync(new TestSettings { Values = { ["Branchline:Gateway:MaxConnections"] = "1" } });
        using var first = await PusherClient.ConnectAsync(node);
        using var second = await TestSocket.ConnectAsync(node.SocketAddress, "/app/branchline-key" + Query);

        Assert.Equal(4100, await second.ReceiveCloseAsync());
        await first.Socket.CloseAsync();
    }

    [Fact]
    public async Task The_app_is_the_one_that_the_environment_names()
    {
        await using var node = await TestNode.StartAsync(new TestSettings { Values = { ["PUSHER_APP_KEY"] = "merchantrack-key" } });
        using var socket = await TestSocket.ConnectAsync(node.SocketAddress, "/app/merchantrack-key" + Query);

        Assert.Contains("connection_established", await socket.ReceiveAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_nobody_chose_is_kept_where_only_the_node_can_read_it()
    {
        await using var node = await TestNode.StartAsync();
        using var client = await PusherClient.ConnectAsync(node);
        var file = Path.Combine(node.Directory, OwnCredentials.SecretFile);
        var secret = await File.ReadAllTextAsync(file);

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        var app = TestApp.Of("branchline", PusherClient.Key, secret);
        await client.JoinAsync("private-anything", app.Authorize($"{client.SocketId}:private-anything"));
    }

    [Fact]
    public async Task A_silent_client_is_asked_and_then_sent_away()
    {
        await using var node = await TestNode.StartAsync(Impatient);
        using var client = await PusherClient.ConnectAsync(node);

        Assert.Equal(GoldenFile.Read("pusher/ping.json"), await client.Socket.ReceiveAsync());
        Assert.Equal(4201, await client.Socket.ReceiveCloseAsync());
    }

    [Fact]
    public async Task A_client_that_answers_stays()
    {
        await using var node = await TestNode.StartAsync(Impatient);
        using var client = await PusherClient.ConnectAsync(node);
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(GoldenFile.Read("pusher/ping.json"), await client.Socket.ReceiveAsync());
            await client.Socket.SendAsync(GoldenFile.Read("pusher/pong.json"));
        }

        Assert.Empty(await client.HeardAsync());
    }

    [Fact]
    public async Task A_stopping_node_asks_its_clients_to_come_back()
    {
        var node = await TestNode.StartAsync();
        using var client = await PusherClient.ConnectAsync(node);
        var closed = client.Socket.ReceiveCloseAsync();
        await node.DisposeAsync();

        Assert.Equal(4200, await closed);
    }

    [Fact]
    public async Task Whoever_comes_to_a_stopping_node_is_asked_to_wait_instead_of_turning_round_and_round()
    {
        await using var node = await TestNode.StartAsync();
        await node.Services.GetRequiredService<LiveSockets>().StoppingAsync(CancellationToken.None);
        using var socket = await TestSocket.ConnectAsync(node.SocketAddress, "/app/branchline-key" + Query);

        Assert.Equal(4100, await socket.ReceiveCloseAsync());
    }

    private static TestSettings Impatient => new()
    {
        Values =
        {
            [$"{SocketOptions.Section}:{nameof(SocketOptions.ActivityTimeout)}"] = "00:00:01",
            [$"{SocketOptions.Section}:{nameof(SocketOptions.PongTimeout)}"] = "00:00:00.5",
        },
    };
}
