using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Branchline.Scenarios.Realtime;

/// <summary>A WebSocket client on a bare socket, which can say what a well-behaved one cannot. Every wait has a limit.</summary>
internal sealed class RawClient : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Socket _socket;
    private byte[] _buffer = new byte[1024];
    private int _start;
    private int _end;

    private RawClient(Socket socket) => _socket = socket;

    public Socket Socket => _socket;

    public string SocketId { get; private set; } = "";

    /// <summary>Connects and says nothing.</summary>
    public static Task<RawClient> OpenAsync(Uri node) => OpenAsync(NewSocket(), new IPEndPoint(IPAddress.Loopback, node.Port));

    public static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private static async Task<RawClient> OpenAsync(Socket socket, IPEndPoint node)
    {
        var client = new RawClient(socket);
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            await client._socket.ConnectAsync(node, limit.Token);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>A Pusher client that was greeted.</summary>
    public static Task<RawClient> ConnectAsync(Uri node) => ConnectAsync(NewSocket(), new IPEndPoint(IPAddress.Loopback, node.Port));

    /// <summary>The same over a socket that somebody made elsewhere.</summary>
    public static async Task<RawClient> ConnectAsync(Socket socket, IPEndPoint node)
    {
        var client = await OpenAsync(socket, node);
        try
        {
            await client.SendAsync(Handshake);
            await client.ReadHandshakeAsync();
            await client.GreetedAsync();
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public static byte[] Handshake { get; } = Encoding.ASCII.GetBytes(
        "GET /app/" + RealtimeNode.Key + "?protocol=7&client=raw&version=1 HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, limit.Token)..];
        }
    }

    public Task SayAsync(string text) => SendAsync(Frame(0x81, Encoding.UTF8.GetBytes(text)));

    /// <summary>A masked frame; the mask of zeros is one, too.</summary>
    public static byte[] Frame(byte first, ReadOnlySpan<byte> payload) =>
        payload.Length < 126
            ? [first, (byte)(0x80 | payload.Length), 0, 0, 0, 0, .. payload]
            : [first, 0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length, 0, 0, 0, 0, .. payload];

    public async Task ReadHandshakeAsync()
    {
        int length;
        while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (!await FillAsync())
            {
                throw new IOException("The connection ended in the handshake");
            }
        }

        _start += length + 4;
    }

    public async Task GreetedAsync()
    {
        var greeting = await ReceiveAsync();
        if (greeting is not { Code: 0 } || !greeting.Text.Contains("connection_established", StringComparison.Ordinal))
        {
            throw new IOException($"No greeting but {greeting}");
        }

        using var outer = JsonDocument.Parse(greeting.Text);
        using var inner = JsonDocument.Parse(outer.RootElement.GetProperty("data").GetString()!);
        SocketId = inner.RootElement.GetProperty("socket_id").GetString()!;
    }

    /// <summary>Asks for a channel and takes the answer, which has to be next.</summary>
    public async Task<string> JoinAsync(string channel, string? member = null)
    {
        var auth = RealtimeNode.App.Authorize(member is null ? $"{SocketId}:{channel}" : $"{SocketId}:{channel}:{member}");
        await SayAsync(JsonSerializer.Serialize(new { @event = "pusher:subscribe", data = new { channel, auth, channel_data = member } }));
        var answer = await ReceiveAsync();
        return answer is { Code: 0 } && answer.Text.Contains("subscription_succeeded", StringComparison.Ordinal)
            ? answer.Text
            : throw new IOException($"Not subscribed but {answer}");
    }

    /// <summary>The next text, the code and reason of a goodbye, or null when the connection is lost. Pings are passed over.</summary>
    public async Task<Received?> ReceiveAsync()
    {
        while (true)
        {
            if (TryTake(out var first, out var payload))
            {
                switch (first & 0x0F)
                {
                    case 1:
                        return new Received(0, Encoding.UTF8.GetString(payload.Span));
                    case 8:
                        return new Received(BinaryPrimitives.ReadUInt16BigEndian(payload.Span), Encoding.UTF8.GetString(payload.Span[2..]));
                    case 9:
                        await SendAsync(Frame(0x8A, payload.Span));
                        break;
                }
            }
            else if (!await FillAsync())
            {
                return null;
            }
        }
    }

    /// <summary>The goodbye after whatever else still comes; null when the connection is cut without one.</summary>
    public async Task<Received?> GoodbyeAsync()
    {
        Received? received;
        do
        {
            received = await ReceiveAsync();
        }
        while (received is { Code: 0 });
        return received;
    }

    /// <summary>Waits until the other side has ended the connection.</summary>
    public async Task CutAsync()
    {
        while (await FillAsync())
        {
            _start = _end;
        }
    }

    public void Dispose() => _socket.Dispose();

    private bool TryTake(out byte first, out ReadOnlyMemory<byte> payload)
    {
        var waiting = _buffer.AsMemory(_start, _end - _start);
        (first, payload) = (0, default);
        if (waiting.Length < 2)
        {
            return false;
        }

        var head = waiting.Span[1] switch { 126 => 4, 127 => 10, _ => 2 };
        if (waiting.Length < head)
        {
            return false;
        }

        var length = head switch
        {
            4 => BinaryPrimitives.ReadUInt16BigEndian(waiting.Span[2..]),
            10 => (int)BinaryPrimitives.ReadInt64BigEndian(waiting.Span[2..]),
            _ => waiting.Span[1],
        };
        if (waiting.Length < head + length)
        {
            return false;
        }

        (first, payload) = (waiting.Span[0], waiting.Slice(head, length));
        _start += head + length;
        return true;
    }

    private async Task<bool> FillAsync()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        try
        {
            using var limit = new CancellationTokenSource(Patience);
            var count = await _socket.ReceiveAsync(_buffer.AsMemory(_end), limit.Token);
            _end += count;
            return count > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

/// <summary>A text when the code is 0, a goodbye otherwise.</summary>
internal sealed record Received(int Code, string Text);
