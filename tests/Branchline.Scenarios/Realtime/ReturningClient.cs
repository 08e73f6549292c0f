using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Branchline.Scenarios.Realtime;

/// <summary>A client that knows where it stands on one channel, and asks for what it missed whenever it comes back.</summary>
internal sealed class ReturningClient(RealtimeNode node, string channel)
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(200);

    private readonly List<string> _sockets = [];
    private JsonNode? _position;
    private int _received;

    /// <summary>Ids of the rows it heard of, over all its connections.</summary>
    public List<string> Heard { get; } = [];

    /// <summary>What it was told each time it came back.</summary>
    public List<bool> Recovered { get; } = [];

    /// <summary>Whether it is connected and was told where it stands.</summary>
    public bool IsThere { get; private set; }

    /// <summary>Comes, and listens until its connection ends; tries again for as long as it is not let in.</summary>
    public async Task LiveOnceAsync(CancellationToken closing)
    {
        var hasBeenThere = false;
        while (!hasBeenThere && !closing.IsCancellationRequested)
        {
            try
            {
                await ConnectAsync(closing);
            }
            catch (Exception refused) when (refused is SocketException or IOException or ObjectDisposedException)
            {
                await Task.Delay(Again, TimeProvider.System, CancellationToken.None);
            }

            (hasBeenThere, IsThere) = (IsThere, false);
        }
    }

    private async Task ConnectAsync(CancellationToken closing)
    {
        using var client = await RawClient.ConnectAsync(node.Address ?? throw new IOException("The node is away"));
        using var end = closing.Register(client.Dispose);
        await client.SayAsync(Resume());
        _sockets.Add(client.SocketId);
        await client.JoinAsync(channel);
        while (await client.ReceiveAsync() is { Code: 0 } received)
        {
            Take(JsonNode.Parse(received.Text)!, client.SocketId);
        }
    }

    private void Take(JsonNode frame, string socketId)
    {
        switch ((string)frame["event"]!)
        {
            case "branchline:position" or "branchline:resumed":
                (_position, _received, IsThere) = (frame["data"]!, 0, true);
                _sockets.Clear();
                _sockets.Add(socketId);
                if (_position["recovered"] is { } recovered)
                {
                    Recovered.Add((bool)recovered);
                }

                break;
            case var name when !name.StartsWith("pusher", StringComparison.Ordinal):
                _received++;
                Heard.Add((string)JsonNode.Parse((string)frame["data"]!)!["id"]!);
                break;
        }
    }

    private string Resume() => JsonSerializer.Serialize(new
    {
        @event = "branchline:resume",
        data = new
        {
            sockets = _sockets,
            channels = _position is null ? new Dictionary<string, object>() : new Dictionary<string, object>
            {
                [channel] = new
                {
                    epoch = (string)_position["epoch"]!,
                    offset = (long)_position["offset"]!,
                    seq = (string)_position["seq"]!,
                    received = _received,
                    connections = _sockets.Count,
                },
            },
        },
    });
}
