using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Branchline.Tests.Sync;

/// <summary>A real WebSocket on <c>/sync/live</c> that reads one message at a time.</summary>
internal sealed class LiveDevice : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();

    public static async Task<LiveDevice> ConnectAsync(TestNode node, string token)
    {
        var device = new LiveDevice();
        await device._socket.ConnectAsync(new Uri(node.SocketAddress, $"/sync/live?token={token}"), Timeout());
        return device;
    }

    public Task SendAsync(string json) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(json), WebSocketMessageType.Text, true, Timeout());

    /// <summary>The next message; null when the node closed, with the code in <see cref="CloseCode"/>.</summary>
    public async Task<JsonNode?> ReceiveAsync()
    {
        var buffer = new byte[64 * 1024];
        var text = new StringBuilder();
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer, Timeout());
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            text.Append(Encoding.UTF8.GetString(buffer, 0, part.Count));
            if (part.EndOfMessage)
            {
                return JsonNode.Parse(text.ToString());
            }
        }
    }

    public int? CloseCode => (int?)_socket.CloseStatus;

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private static CancellationToken Timeout() => new CancellationTokenSource(TimeSpan.FromSeconds(15)).Token;
}
