using System.Text.Json;
using System.Text.Json.Nodes;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Missed;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Gateway.Missed;

/// <summary>What all channels together may remember.</summary>
public sealed class MissedTotalTests
{
    private const int Least = 65536;

    private readonly StoppedClock _clock = new();

    [Fact]
    public void What_was_used_longest_ago_is_forgotten_first_and_no_more_than_is_needed()
    {
        var total = Remembered.Total(new MissedOptions { TotalBytes = 1000 }, _clock);
        List<string> forgotten = [];
        var shares = new Dictionary<string, MissedShare>();
        foreach (var name in (string[])["a", "b", "c"])
        {
            shares[name] = total.Open(() =>
            {
                forgotten.Add(name);
                shares[name].Note(-shares[name].Bytes);
            });
            Use(name, 300);
        }

        Use("a", 0);
        total.Keep();
        Assert.Equal(900, total.Bytes);
        Assert.Empty(forgotten);
        Use("c", 200);
        total.Keep();
        Assert.Equal(["b"], forgotten);
        Assert.Equal((800, 1), (total.Bytes, total.Forgotten));
        shares["a"].Close();
        shares["a"].Close();
        Assert.Equal(500, total.Bytes);

        void Use(string name, int bytes)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            shares[name].Note(bytes);
        }
    }

    [Fact]
    public void What_a_memory_forgets_by_itself_is_room_again()
    {
        var options = new MissedOptions { Most = 2 };
        var total = Remembered.Total(options, _clock);
        var events = new MissedEvents(options, _clock, total.Open(() => { }));
        for (var number = 0; number < 5; number++)
        {
            events.Add(new byte[100], new Publication("e", default));
        }

        Assert.InRange(total.Bytes, 200, 600);
        _clock.Advance(TimeSpan.FromMinutes(3));
        events.Trim();
        Assert.Equal(0, total.Bytes);
    }

    [Fact]
    public async Task Beyond_the_bound_of_the_node_the_channel_used_longest_ago_is_told_to_be_missing_and_the_others_are_whole()
    {
        await using var node = await TestNode.StartAsync(new TestSettings { Values = { ["Branchline:Missed:TotalBytes"] = $"{Least}", ["Branchline:Missed:MostBytes"] = "60000" } });
        var hub = node.Services.GetRequiredService<Hubs>().Own;
        var total = node.Services.GetRequiredService<MissedTotal>();
        var quiet = await LeaveAsync(node, "quiet");
        Publish("quiet", 20_000);
        Assert.True(await IsRecoveredAsync(node, "quiet", quiet, events: 1));
        var loud = await LeaveAsync(node, "loud");
        for (var number = 0; number < 20; number++)
        {
            Publish("loud", 10_000);
            Assert.InRange(total.Bytes, 1, Least);
            if (number == 18)
            {
                loud = await LeaveAsync(node, "loud");
            }
        }

        Assert.False(await IsRecoveredAsync(node, "quiet", quiet, events: 0));
        Assert.True(await IsRecoveredAsync(node, "loud", loud, events: 1));
        Assert.True(total.Forgotten > 0);

        void Publish(string channel, int length) =>
            hub.Publish(
                ChannelName.TryParse(channel, 200, out var name) ? name : throw new InvalidOperationException(channel),
                new Publication("said", JsonSerializer.SerializeToUtf8Bytes(new string('x', length))));
    }

    /// <summary>Joins, hears nothing and is cut off; what it knows then.</summary>
    private static async Task<JsonNode> LeaveAsync(TestNode node, string channel)
    {
        using var client = await PusherClient.ConnectAsync(node);
        await client.Socket.SendAsync("""{"event":"branchline:resume","data":{"sockets":[],"channels":{}}}""");
        await client.JoinAsync(channel);
        return JsonNode.Parse((await client.Socket.ReceiveAsync())!)!["data"]!;
    }

    private static async Task<bool> IsRecoveredAsync(TestNode node, string channel, JsonNode position, int events)
    {
        using var client = await PusherClient.ConnectAsync(node);
        await client.Socket.SendAsync(JsonSerializer.Serialize(new
        {
            @event = "branchline:resume",
            data = new
            {
                sockets = new[] { "1.1" },
                channels = new Dictionary<string, object>
                {
                    [channel] = new { epoch = (string)position["epoch"]!, offset = (long)position["offset"]!, received = 0, connections = 1 },
                },
            },
        }));
        await client.JoinAsync(channel);
        for (var number = 0; number < events; number++)
        {
            Assert.Contains("\"said\"", await client.Socket.ReceiveAsync(), StringComparison.Ordinal);
        }

        var answer = (await client.Socket.ReceiveAsync())!;
        Assert.True(answer.Contains("branchline:resumed", StringComparison.Ordinal), answer[..Math.Min(answer.Length, 200)]);
        return (bool)JsonNode.Parse(answer)!["data"]!["recovered"]!;
    }
}
