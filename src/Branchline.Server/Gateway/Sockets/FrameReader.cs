// Spans and a rented buffer: what clients send passes here byte by byte, and one that says nothing holds no memory (idle case of the fan-out benchmark).
using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace Branchline.Server.Gateway.Sockets;

/// <summary>
/// Reads a client's side of RFC 6455: frames are masked, control frames are short and may come between the parts of a message,
/// text is UTF-8. What a head says of its length is not believed: the buffer grows with what has arrived.
/// </summary>
internal sealed class FrameReader(int maxMessageBytes, CloseReason tooBig) : IDisposable
{
    private const int FirstBuffer = 512;

    private byte[] _message = [];   // rented from a message's first byte until the next frame is asked for
    private int _length;
    private bool _isHandedOut;
    private bool _isFinal;
    private long _remaining;        // of the frame whose head was read
    private uint _mask;

    /// <summary>Whether a message has begun that is not whole.</summary>
    public bool IsMidway { get; private set; }

    /// <summary>Takes the next control frame or whole message off the input; false when more bytes are needed.</summary>
    public bool TryRead(ref ReadOnlySequence<byte> input, out ReceivedFrame received)
    {
        if (_isHandedOut)
        {
            Release();
        }

        received = default;
        while (_remaining > 0 || FrameHead.TryRead(input, out var head) && TryBegin(head, ref input, ref received))
        {
            if (received.Kind != FrameKind.None)
            {
                return true;
            }

            Take(ref input);
            if (_remaining > 0)
            {
                return false;
            }

            if (_isFinal)
            {
                received = HandOut();
                return true;
            }
        }

        return received.Kind != FrameKind.None;
    }

    public void Dispose() => Release();

    /// <summary>Follows a head: what it begins, or the whole control frame behind it. False when more bytes are needed for that.</summary>
    private bool TryBegin(in FrameHead head, ref ReadOnlySequence<byte> input, ref ReceivedFrame received)
    {
        if (FindViolation(head) is { } reason)
        {
            received = new ReceivedFrame(FrameKind.Violation, default, reason);
            return true;
        }

        if (head.IsControl)
        {
            if (input.Length < head.Size + head.Length)
            {
                return false;
            }

            var payload = input.Slice(head.Size, head.Length).ToArray();
            Unmask(payload, head.Mask);
            received = new ReceivedFrame(head.ControlKind, payload);
            input = input.Slice(head.Size + head.Length);
            return true;
        }

        input = input.Slice(head.Size);
        IsMidway = true;
        _isFinal = head.IsFinal;
        _remaining = head.Length;
        _mask = head.Mask;
        return true;
    }

    private CloseReason? FindViolation(in FrameHead head)
    {
        if (head.FindViolation() is { } reason)
        {
            return reason;
        }

        if (head.IsControl)
        {
            return null;
        }

        return head.IsContinuation == IsMidway
            ? head.Length > maxMessageBytes - _length ? tooBig : null
            : new CloseReason(1002, IsMidway ? "A message began inside another" : "A message went on that had not begun");
    }

    private void Take(ref ReadOnlySequence<byte> input)
    {
        var count = (int)Math.Min(_remaining, input.Length);
        if (_length + count > _message.Length)
        {
            Grow(_length + count);
        }

        var target = _message.AsSpan(_length, count);
        input.Slice(0, count).CopyTo(target);
        _mask = Unmask(target, _mask);
        _length += count;
        _remaining -= count;
        input = input.Slice(count);
    }

    private ReceivedFrame HandOut()
    {
        IsMidway = false;
        _isHandedOut = true;
        var text = _message.AsMemory(0, _length);
        return Utf8.IsValid(text.Span)
            ? new ReceivedFrame(FrameKind.Text, text)
            : new ReceivedFrame(FrameKind.Violation, default, new CloseReason(1007, "The text is not UTF-8"));
    }

    private void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBuffer, Math.Max(needed, _message.Length * 2)));
        _message.AsSpan(0, _length).CopyTo(larger);
        Return();
        _message = larger;
    }

    private void Release()
    {
        Return();
        _message = [];
        _length = 0;
        _isHandedOut = false;
    }

    private void Return()
    {
        if (_message.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_message);
        }
    }

    /// <summary>Answers with the mask for the bytes that follow.</summary>
    private static uint Unmask(Span<byte> bytes, uint mask)
    {
        var wide = mask | ((ulong)mask << 32);
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        for (var index = 0; index < words.Length; index++)
        {
            words[index] ^= wide;
        }

        for (var index = words.Length * sizeof(ulong); index < bytes.Length; index++)
        {
            bytes[index] ^= (byte)(mask >> (8 * (index & 3)));
        }

        return BitOperations.RotateRight(mask, 8 * (bytes.Length & 3));
    }
}
