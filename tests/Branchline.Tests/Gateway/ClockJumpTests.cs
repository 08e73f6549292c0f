using System.Text.Json;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Sockets;
using Branchline.Tests.Gateway.Limits;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Gateway;

/// <summary>The clock on the wall is set, by hand or by NTP; time itself goes on as before. And the other way round.</summary>
public sealed class ClockJumpTests
{
    private readonly TestClock _clock = new();

    [Theory]
    [InlineData(400)]
    [InlineData(-400)]
    public async Task A_clock_that_is_set_closes_nobody_forgets_nothing_and_lets_through_whose_clock_is_set_as_well(int days)
    {
        await using var node = await StartAsync();
        using var client = await PusherClient.ConnectAsync(node);
        await client.JoinAsync("private-a", SignedCalls.Auth(client, "private-a"));
        Assert.Equal(200, (await PublishAsync(node, "cache-a", "kept")).Status);
        using var before = await PusherClient.ConnectAsync(node);

        _clock.Advance(TimeSpan.FromDays(days));
        await SweepsAsync();

        Assert.Equal(200, (await PublishAsync(node, "private-a", "after")).Status);
        Assert.Single(await client.HeardAsync(), frame => frame.Contains("after", StringComparison.Ordinal));
        await before.JoinAsync("cache-a");
        Assert.Contains("kept", await before.Socket.ReceiveAsync(), StringComparison.Ordinal);

        // A backend whose clock is not set is told what time it is here.
        var (status, text) = await node.CallAsync("events", Event("private-a", "x"), TimeProvider.System);
        Assert.Equal(401, status);
        Assert.Contains("within 600 seconds", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cache_channel_forgets_when_its_time_has_gone_by_whatever_the_clock_on_the_wall_says()
    {
        await using var node = await StartAsync();
        using var client = await PusherClient.ConnectAsync(node);
        Assert.Equal(200, (await PublishAsync(node, "cache-a", "kept")).Status);
        _clock.Elapse(TimeSpan.FromMinutes(31));
        await client.JoinAsync("cache-a");
        Assert.Contains("cache_miss", await client.Socket.ReceiveAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_that_slept_sends_away_who_was_not_heard_meanwhile_and_lets_them_in_again()
    {
        await using var node = await StartAsync();
        using var client = await PusherClient.ConnectAsync(node);
        await client.JoinAsync("private-a", SignedCalls.Auth(client, "private-a"));
        _clock.Elapse(TimeSpan.FromHours(8));
        Assert.Equal(1001, await client.Socket.ReceiveCloseAsync());

        using var again = await PusherClient.ConnectAsync(node);
        await again.JoinAsync("private-a", SignedCalls.Auth(again, "private-a"));
        Assert.Equal(200, (await PublishAsync(node, "private-a", "again")).Status);
        Assert.Contains("again", await again.Socket.ReceiveAsync(), StringComparison.Ordinal);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (node.Services.GetRequiredService<LiveSockets>().Count > 1)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
        }

        Assert.Equal(1, node.Services.GetRequiredService<Hubs>().Own.Find("private-a")!.Count);
    }

    private static string Event(string channel, string data) => JsonSerializer.Serialize(new { name = "e", channel, data });

    /// <summary>Long enough for every sweep of sockets and channels to have looked at the clock.</summary>
    private static Task SweepsAsync() => Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, CancellationToken.None);

    private Task<(int Status, string Text)> PublishAsync(TestNode node, string channel, string data) => node.CallAsync("events", Event(channel, data), _clock);

    private Task<TestNode> StartAsync() => TestNode.StartAsync(new TestSettings { Time = _clock, Values = { ["PUSHER_APP_SECRET"] = SharedNode.Secret } });
}
