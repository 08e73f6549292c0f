using Branchline.Server.Fanout;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Gateway;

public sealed class SocketLeakTests
{
    private const int Crowd = 60;

    [Fact]
    public async Task Of_a_crowd_that_came_and_went_nothing_is_left()
    {
        await using var node = await TestNode.StartAsync(new TestSettings { Demo = true });
        var sockets = node.Services.GetRequiredService<LiveSockets>();
        var broadcaster = node.Services.GetRequiredService<Broadcaster>();
        var hub = node.Services.GetRequiredService<Hubs>().Own;
        var orders = Topic.Word("order_updated", Topic.AnyScope);
        var clients = new List<PusherClient>();
        var tills = new List<TestSocket>();
        for (var index = 0; index < Crowd; index++)
        {
            var client = await PusherClient.ConnectAsync(node);
            await client.JoinAsync("sales");
            clients.Add(client);
            var till = await TestSocket.ConnectAsync(node.SocketAddress, "/ws");
            await till.SendAsync("ping");
            await till.ReceiveAsync();
            tills.Add(till);
        }

        Assert.Equal((Crowd, Crowd), (hub.Find("sales")!.Count, broadcaster.Count(orders)));
        foreach (var (client, till) in clients.Zip(tills).Take(Crowd / 2))
        {
            await client.Socket.CloseAsync();
            await till.CloseAsync();
        }

        foreach (var (client, till) in clients.Zip(tills).Skip(Crowd / 2))
        {
            client.Socket.Socket.Abort();
            till.Socket.Abort();
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (sockets.Count > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
        }

        Assert.Null(hub.Find("sales"));
        Assert.Equal(0, hub.Peers.Count);
        Assert.False(broadcaster.HasSubscribers(orders));
        clients.ForEach(client => client.Dispose());
        tills.ForEach(till => till.Dispose());
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_sent_away_and_the_others_hear_everything()
    {
        await using var node = await TestNode.StartAsync(
            new TestSettings { Demo = true, Values = { ["Branchline:Gateway:QueueBytes"] = "4096" } });
        using var idle = await PusherClient.ConnectAsync(node);
        using var busy = await PusherClient.ConnectAsync(node);
        await idle.JoinAsync("sales");
        await busy.JoinAsync("sales");
        var sales = node.Services.GetRequiredService<Hubs>().Own.Find("sales")!;
        var heard = 0;
        for (var round = 0; round < 20_000 && sales.Count == 2; round++)
        {
            node.Announce([.. Enumerable.Repeat(Committed.Sale(Committed.Branch1), 32)]);
            heard += (await busy.HeardAsync()).Count;
            Assert.Equal((round + 1) * 32, heard);
        }

        Assert.Equal(1, sales.Count);
    }
}
