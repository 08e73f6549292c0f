// Bytes are looked at where they were received, never copied out (fan-out benchmark).
using System.Buffers.Binary;

namespace Branchline.Cli.Bench;

/// <summary>What one connection received and nobody has looked at yet.</summary>
internal sealed class Intake(int size)
{
    private const int ShortHead = 2;
    private const int MiddleHead = 4;
    private const int LongHead = 10;
    private byte[] _bytes = new byte[size];
    private int _start;
    private int _end;

    public ReadOnlySpan<byte> Waiting => _bytes.AsSpan(_start.._end);

    /// <summary>Where the next bytes go. What was handed out before is no longer valid.</summary>
    public Memory<byte> Free()
    {
        Waiting.CopyTo(_bytes);
        (_start, _end) = (0, _end - _start);
        if (_end == _bytes.Length)
        {
            Array.Resize(ref _bytes, _bytes.Length * 2);
        }

        return _bytes.AsMemory(_end);
    }

    public void Add(int count) => _end += count;

    public void Drop(int count) => _start += count;

    /// <summary>The head of an HTTP message with its last line's end, when it is whole.</summary>
    public bool TryReadHead(out ReadOnlySpan<byte> head)
    {
        var end = Waiting.IndexOf("\r\n\r\n"u8);
        head = end < 0 ? default : Waiting[..(end + 2)];
        _start += end < 0 ? 0 : end + 4;
        return end >= 0;
    }

    /// <summary>The next frame, when it is whole. A server does not mask its frames.</summary>
    public bool TryReadFrame(out byte first, out ReadOnlySpan<byte> payload)
    {
        var bytes = Waiting;
        first = 0;
        payload = default;
        if (bytes.Length < ShortHead)
        {
            return false;
        }

        var (head, length) = (bytes[1] & 0x7F) switch
        {
            126 => (MiddleHead, bytes.Length < MiddleHead ? long.MaxValue : BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])),
            127 => (LongHead, bytes.Length < LongHead ? long.MaxValue : BinaryPrimitives.ReadInt64BigEndian(bytes[2..])),
            var plain => (ShortHead, (long)plain),
        };
        if (length > bytes.Length - head)
        {
            return false;
        }

        first = bytes[0];
        payload = bytes.Slice(head, (int)length);
        _start += head + (int)length;
        return true;
    }
}
