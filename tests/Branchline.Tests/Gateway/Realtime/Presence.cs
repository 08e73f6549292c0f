using System.Text.Json;
using Branchline.Server.Gateway.Apps;

namespace Branchline.Tests.Gateway.Realtime;

/// <summary>Comes into presence channels as a backend with the secret lets people in.</summary>
internal static class Presence
{
    private static readonly RealtimeApp App = TestApp.Of("1", PusherClient.Key, SharedNode.Secret);

    public static async Task JoinAsAdaAsync(this PusherClient client, string channel, string userId)
    {
        var member = JsonSerializer.Serialize(new { user_id = userId, user_info = new { name = "Ada" } });
        var auth = App.Authorize($"{client.SocketId}:{channel}:{member}");
        await client.Socket.SendAsync(JsonSerializer.Serialize(new
        {
            @event = "pusher:subscribe",
            data = new { channel, auth, channel_data = member },
        }));
        Assert.Contains("subscription_succeeded", await client.Socket.ReceiveAsync(), StringComparison.Ordinal);
    }
}
