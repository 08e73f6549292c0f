using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Branchline.Bench;

/// <summary>One device on <c>/sync/live</c>, as little as it takes: it notes when it was told of each change.</summary>
internal sealed class LiveSocket : IDisposable
{
    private const int Digits = 8;
    private const int BigFrame = 126;
    private static readonly byte[] Mark = "\"note\":\"change "u8.ToArray();
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Seat _seat;
    private readonly long[] _sent;
    private byte[] _buffer = new byte[32 * 1024];
    private int _length;
    private int _heard;

    public LiveSocket(Seat seat, long[] sent)
    {
        _seat = seat;
        _sent = sent;
        Waits = new double[sent.Length];
        _socket.Connect(seat.Address.Host, seat.Address.Port);
    }

    /// <summary>Milliseconds between sending each change and hearing of it.</summary>
    public double[] Waits { get; }

    public static string NoteOf(int change) => $"change {change:D8}";

    /// <summary>Opens the socket and follows the branch from where its feed is, or from what the device has read.</summary>
    public void Greet(string device = "bench-listener", string cursors = "")
    {
        _socket.Send(Encoding.ASCII.GetBytes(
            $"GET /sync/live HTTP/1.1\r\nHost: {_seat.Address.Authority}\r\nAuthorization: Bearer {_seat.Token}\r\n"
            + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"));
        int end;
        while ((end = _buffer.AsSpan(0, _length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            Take(_socket.Receive(_buffer.AsSpan(_length)));
        }

        if (!_buffer.AsSpan(9, 3).SequenceEqual("101"u8))
        {
            throw new InvalidOperationException(Encoding.UTF8.GetString(_buffer.AsSpan(0, _length)));
        }

        Drop(end + 4);
        SendFrame(Encoding.UTF8.GetBytes($$$"""{"type":"hello","device":"{{{device}}}","cursors":{ {{{cursors}}} }}"""));
        while (_buffer.AsSpan(0, _length).IndexOf("\"welcome\""u8) < 0)
        {
            Take(_socket.Receive(_buffer.AsSpan(_length)));
        }
    }

    /// <summary>Listens until it has heard of every change.</summary>
    public async Task ListenAsync()
    {
        while (_heard < _sent.Length)
        {
            Take(await _socket.ReceiveAsync(_buffer.AsMemory(_length)));
            var now = TimeProvider.System.GetTimestamp();
            while (FindFrame() is var (start, length))
            {
                Hear(_buffer.AsSpan(start, length), now);
                Drop(start + length);
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Hear(ReadOnlySpan<byte> frame, long now)
    {
        for (var at = frame.IndexOf(Mark); at >= 0; at = frame.IndexOf(Mark))
        {
            frame = frame[(at + Mark.Length)..];
            var change = Wire.Number(frame[..Digits]);
            if (Waits[change] != 0)
            {
                throw new InvalidOperationException($"Change {change} was told twice");
            }

            Waits[change] = TimeProvider.System.GetElapsedTime(Volatile.Read(ref _sent[change]), now).TotalMilliseconds;
            _heard++;
        }
    }

    /// <summary>A whole frame at the beginning of what was received; the node does not mask its frames.</summary>
    private (int Start, int Length)? FindFrame()
    {
        if (_length < 2)
        {
            return null;
        }

        var (start, length) = (2, _buffer[1] & 0x7F);
        if (length == BigFrame)
        {
            (start, length) = _length < 4 ? (4, int.MaxValue) : (4, BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(2)));
        }

        return length <= _length - start ? (start, length) : null;
    }

    /// <summary>Frames of a client are masked; a mask of zeros leaves the bytes as they are.</summary>
    private void SendFrame(ReadOnlySpan<byte> text) => _socket.Send(text.Length < BigFrame
        ? [0x81, (byte)(0x80 | text.Length), 0, 0, 0, 0, .. text]
        : [0x81, 0x80 | BigFrame, (byte)(text.Length >> 8), (byte)text.Length, 0, 0, 0, 0, .. text]);

    private void Take(int count)
    {
        _length += count > 0 ? count : throw new IOException("The node closed the socket");
        if (_length == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
    }

    private void Drop(int count)
    {
        _buffer.AsSpan(count, _length - count).CopyTo(_buffer);
        _length -= count;
    }
}
