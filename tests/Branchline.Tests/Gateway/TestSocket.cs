using System.Net.WebSockets;
using System.Text;

namespace Branchline.Tests.Gateway;

/// <summary>A client's end: every wait has a limit, so that a test fails instead of hanging.</summary>
internal sealed class TestSocket(ClientWebSocket socket) : IDisposable
{
    public ClientWebSocket Socket => socket;

    public static async Task<TestSocket> ConnectAsync(Uri address, string path, params (string Name, string Value)[] headers)
    {
        var socket = new ClientWebSocket();
        foreach (var (name, value) in headers)
        {
            socket.Options.SetRequestHeader(name, value);
        }

        await socket.ConnectAsync(new Uri(address, path), Limit());
        return new TestSocket(socket);
    }

    public WebSocketCloseStatus? CloseStatus => socket.CloseStatus;

    public string? CloseText => socket.CloseStatusDescription;

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public Task SendAsync(byte[] bytes, WebSocketMessageType kind, bool end = true) =>
        socket.SendAsync(bytes, kind, end, Limit());

    /// <summary>The next message, or null when the server closed.</summary>
    public async Task<string?> ReceiveAsync()
    {
        var buffer = new byte[1 << 16];
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length), Limit());
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            length += part.Count;
            if (part.EndOfMessage)
            {
                return Encoding.UTF8.GetString(buffer, 0, length);
            }
        }
    }

    /// <summary>The close code, after whatever else still comes.</summary>
    public async Task<int> ReceiveCloseAsync()
    {
        while (await ReceiveAsync() is not null)
        {
        }

        return (int)socket.CloseStatus!.Value;
    }

    public Task CloseAsync() => socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", Limit());

    public void Dispose() => socket.Dispose();

    private static CancellationToken Limit() => new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;
}
