using System.Text.Json;

namespace Branchline.Tests.Gateway.Plain;

/// <summary>A reader of rows on <c>/ws</c>.</summary>
internal sealed class RowClient(TestSocket socket) : IDisposable
{
    public TestSocket Socket => socket;

    /// <summary>What the last message said; what the client comes back with.</summary>
    public string Cursor { get; private set; } = "";

    public static async Task<RowClient> ConnectAsync(TestNode node, HttpClient person, string query) =>
        new(await TestSocket.ConnectAsync(
            node.SocketAddress, "/ws?" + query, ("Authorization", person.DefaultRequestHeaders.Authorization!.ToString())));

    /// <summary>The next message that is no heartbeat.</summary>
    public async Task<JsonElement> NextAsync()
    {
        while (true)
        {
            var text = await socket.ReceiveAsync();
            Assert.True(text is not null, $"Closed with {socket.CloseStatus} {socket.CloseText}");
            using var document = JsonDocument.Parse(text);
            var message = document.RootElement.Clone();
            Cursor = message.TryGetProperty("cursor", out var cursor) ? cursor.GetString()! : Cursor;
            if (message.GetProperty("type").GetString() != "heartbeat")
            {
                return message;
            }
        }
    }

    /// <summary>The next message in short: <c>row orders ID</c>, <c>ready</c>.</summary>
    public async Task<string> HearAsync()
    {
        var message = await NextAsync();
        string[] members = ["type", "table", "id", "reason", "code"];
        return string.Join(' ', members.Where(name => message.TryGetProperty(name, out _)).Select(name => message.GetProperty(name).GetString()));
    }

    public void Dispose() => socket.Dispose();
}
