using System.Text.Json;

namespace Branchline.Tests.Gateway;

/// <summary>A Pusher client as its wire shows it.</summary>
internal sealed class PusherClient(TestSocket socket, string socketId) : IDisposable
{
    public const string Key = "branchline-key";

    public TestSocket Socket => socket;

    public string SocketId => socketId;

    public static async Task<PusherClient> ConnectAsync(TestNode node, string? token = null, string key = Key)
    {
        var path = $"/app/{key}?protocol=7&client=test&version=1" + (token is null ? "" : "&token=" + token);
        var socket = await TestSocket.ConnectAsync(node.SocketAddress, path);
        using var first = JsonDocument.Parse((await socket.ReceiveAsync())!);
        Assert.Equal("pusher:connection_established", first.RootElement.GetProperty("event").GetString());
        using var data = JsonDocument.Parse(first.RootElement.GetProperty("data").GetString()!);
        return new PusherClient(socket, data.RootElement.GetProperty("socket_id").GetString()!);
    }

    /// <summary>Asks to subscribe; the answer as it came.</summary>
    public async Task<string?> SubscribeAsync(string channel, string auth = "")
    {
        await socket.SendAsync(JsonSerializer.Serialize(new { @event = "pusher:subscribe", data = new { auth, channel } }));
        return await socket.ReceiveAsync();
    }

    public async Task JoinAsync(string channel, string auth = "") =>
        Assert.Contains("subscription_succeeded", await SubscribeAsync(channel, auth), StringComparison.Ordinal);

    /// <summary>Everything that came before the answer to a ping sent now.</summary>
    public async Task<List<string>> HeardAsync()
    {
        await socket.SendAsync("""{"event":"pusher:ping","data":{}}""");
        var heard = new List<string>();
        while (await socket.ReceiveAsync() is { } frame && frame != GoldenFile.Read("pusher/pong.json"))
        {
            heard.Add(frame);
        }

        return heard;
    }

    public void Dispose() => socket.Dispose();
}
