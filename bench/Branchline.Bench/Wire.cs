using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;

namespace Branchline.Bench;

/// <summary>
/// One HTTP/1.1 connection with blocking calls and nothing between it and the socket: the load generator shares the machine
/// with the node, so what it spends is taken from the figure.
/// </summary>
internal sealed class Wire : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Seat _seat;
    private byte[] _buffer = new byte[64 * 1024];
    private int _length;

    public Wire(Seat seat)
    {
        _seat = seat;
        _socket.Connect(seat.Address.Host, seat.Address.Port);
    }

    /// <summary>The head of a POST whose body has the given length.</summary>
    public byte[] Head(string path, int length) => Encoding.ASCII.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: {_seat.Address.Authority}\r\nAuthorization: Bearer {_seat.Token}\r\n"
        + $"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n");

    /// <summary>Sends one request and reads its answer; the body is valid until the next call.</summary>
    public Answer Send(params IList<ArraySegment<byte>> request)
    {
        _socket.Send(request);
        _length = 0;
        int head;
        while ((head = _buffer.AsSpan(0, _length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            Receive();
        }

        var headers = _buffer.AsSpan(0, head);
        var status = Number(headers[9..]);
        var body = head + 4;
        return headers.IndexOf("Content-Length: "u8) is >= 0 and var at
            ? new Answer(status, ReadCounted(body, headers[(at + 16)..]))
            : new Answer(status, ReadChunked(body));
    }

    /// <summary>The number the text begins with.</summary>
    public static int Number(ReadOnlySpan<byte> text, char format = 'D') =>
        Utf8Parser.TryParse(text, out int number, out _, format) ? number : throw new InvalidDataException(Encoding.UTF8.GetString(text));

    public void Dispose() => _socket.Dispose();

    private ReadOnlyMemory<byte> ReadCounted(int body, ReadOnlySpan<byte> digits)
    {
        var count = Number(digits);
        while (_length < body + count)
        {
            Receive();
        }

        return _buffer.AsMemory(body, count);
    }

    /// <summary>Joins the chunks in place.</summary>
    private ReadOnlyMemory<byte> ReadChunked(int body)
    {
        var (read, written) = (body, body);
        while (true)
        {
            int end;
            while ((end = _buffer.AsSpan(read, _length - read).IndexOf("\r\n"u8)) < 0)
            {
                Receive();
            }

            var count = Number(_buffer.AsSpan(read, end), 'x');
            read += end + 2;
            while (_length < read + count + 2)
            {
                Receive();
            }

            if (count == 0)
            {
                return _buffer.AsMemory(body, written - body);
            }

            _buffer.AsSpan(read, count).CopyTo(_buffer.AsSpan(written));
            written += count;
            read += count + 2;
        }
    }

    private void Receive()
    {
        if (_length == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var count = _socket.Receive(_buffer.AsSpan(_length));
        if (count == 0)
        {
            throw new IOException("The node closed the connection");
        }

        _length += count;
    }
}

/// <summary>Status and body of an answer.</summary>
internal readonly record struct Answer(int Status, ReadOnlyMemory<byte> Body)
{
    public string Text => Encoding.UTF8.GetString(Body.Span);
}
