using System.Text.Json;

namespace Branchline.Scenarios.Realtime;

public sealed class GhostTests
{
    private const string Channel = "presence-shop";
    private const int People = 20;

    [Fact]
    public async Task After_a_power_cut_of_the_node_only_those_who_came_back_are_present()
    {
        using var node = await RealtimeNode.StartAsync();
        var clients = await ComeAsync(node, People);
        Assert.Equal(People, await PresentAsync(node));

        node.Kill();
        clients.ForEach(client => client.Dispose());
        await node.ComeBackAsync();
        Assert.Equal(0, await PresentAsync(node));

        var back = await ComeAsync(node, People / 2);
        Assert.Equal(People / 2, await PresentAsync(node));
        var state = await node.AskAsync($"channels/{Channel}");
        Assert.True(state.GetProperty("occupied").GetBoolean());

        using var late = await RawClient.ConnectAsync(node.Address!);
        var roster = await late.JoinAsync(Channel, Member(People));
        using var frame = JsonDocument.Parse(roster);
        using var data = JsonDocument.Parse(frame.RootElement.GetProperty("data").GetString()!);
        Assert.Equal((People / 2) + 1, data.RootElement.GetProperty("presence").GetProperty("count").GetInt32());
        back.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Of_clients_that_are_cut_or_fall_silent_nobody_stays_present()
    {
        using var node = await RealtimeNode.StartAsync("Branchline__Gateway__ActivityTimeout=00:00:01", "Branchline__Gateway__PongTimeout=00:00:01");
        var silent = await ComeAsync(node, People / 2);
        using var watcher = await RawClient.ConnectAsync(node.Address!);
        await watcher.JoinAsync(Channel, Member(People));
        var cut = await ComeAsync(node, 1, first: People + 1);
        foreach (var client in cut)
        {
            client.Socket.LingerState = new System.Net.Sockets.LingerOption(true, 0);
            client.Dispose();
        }

        // The silent ones read and answer nothing, as behind a line that is dead; their sockets stay open.
        var gone = 0;
        while (gone < (People / 2) + 1)
        {
            var heard = await watcher.ReceiveAsync();
            Assert.Equal(0, heard!.Code);
            if (heard.Text.Contains("\"pusher:ping\"", StringComparison.Ordinal))
            {
                await watcher.SayAsync("""{"event":"pusher:pong"}""");
            }

            gone += heard.Text.Contains("member_removed", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.Equal(1, await PresentAsync(node));
        silent.ForEach(client => client.Dispose());
    }

    private static string Member(int number) => JsonSerializer.Serialize(new { user_id = $"u{number}", user_info = new { name = $"Person {number}" } });

    private static async Task<List<RawClient>> ComeAsync(RealtimeNode node, int count, int first = 0)
    {
        var clients = new List<RawClient>();
        for (var number = first; number < first + count; number++)
        {
            var client = await RawClient.ConnectAsync(node.Address!);
            await client.JoinAsync(Channel, Member(number));
            clients.Add(client);
        }

        return clients;
    }

    private static async Task<int> PresentAsync(RealtimeNode node)
    {
        var answer = await node.AskAsync($"channels/{Channel}/users");
        return answer.GetProperty("users").GetArrayLength();
    }
}
