using System.Net;
using System.Text.Json;

namespace Branchline.Scenarios.Realtime;

public sealed class PulledCableTests
{
    private const string Channel = "presence-shop";

    [Fact]
    public async Task A_till_whose_cable_is_pulled_is_present_no_longer_and_the_others_hear_on()
    {
        using var cable = Cable.LayOrSkip();
        using var node = await RealtimeNode.StartOnAllAddressesAsync(
            "Branchline__Gateway__ActivityTimeout=00:00:01", "Branchline__Gateway__PongTimeout=00:00:01");
        using var watcher = await RawClient.ConnectAsync(node.Address!);
        await watcher.JoinAsync(Channel, Member("watcher"));
        using var till = await RawClient.ConnectAsync(cable.SocketThere(), new IPEndPoint(cable.Here, node.Address!.Port));
        await till.JoinAsync(Channel, Member("till"));
        Assert.Equal(2, await CountAsync(node));

        cable.Pull();
        var heard = 0;
        var isGone = false;
        while (!isGone || heard == 0)
        {
            (await node.PublishAsync("said", "{}", Channel)).EnsureSuccessStatusCode().Dispose();
            var frame = await watcher.ReceiveAsync();
            Assert.Equal(0, frame!.Code);
            heard += frame.Text.Contains("\"said\"", StringComparison.Ordinal) ? 1 : 0;
            isGone |= frame.Text.Contains("member_removed", StringComparison.Ordinal);
            await watcher.SayAsync("""{"event":"pusher:pong"}""");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        while (await CountAsync(node) > 1)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    private static string Member(string id) => JsonSerializer.Serialize(new { user_id = id });

    private static async Task<int> CountAsync(RealtimeNode node) => (await node.AskAsync("connections")).GetProperty("connections").GetInt32();
}
