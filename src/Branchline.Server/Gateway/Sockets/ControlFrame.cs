using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Branchline.Server.Gateway.Sockets;

/// <summary>The short frames that keep a WebSocket going and end it (RFC 6455, section 5.5).</summary>
internal static class ControlFrame
{
    private const int MaxReason = 123;
    private const byte CloseCode = 0x88;
    private const byte PingCode = 0x89;
    private const byte PongCode = 0x8A;

    public static byte[] Ping { get; } = [PingCode, 0];

    public static byte[] Pong(ReadOnlySpan<byte> payload) => [PongCode, (byte)payload.Length, .. payload];

    public static byte[] Close(CloseReason reason)
    {
        var text = Encoding.UTF8.GetBytes(reason.Text);
        text = text[..Fitting(text)];
        var frame = new byte[4 + text.Length];
        frame[0] = CloseCode;
        frame[1] = (byte)(2 + text.Length);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)reason.Code);
        text.CopyTo(frame, 4);
        return frame;
    }

    /// <summary>How much of a reason fits without half a character at its end.</summary>
    private static int Fitting(ReadOnlySpan<byte> text)
    {
        var length = Math.Min(text.Length, MaxReason);
        while (length < text.Length && (text[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return length;
    }

    /// <summary>How a client's goodbye is answered: with its own code, or with what is wrong with it (section 7.4).</summary>
    public static CloseReason AnswerTo(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
        {
            return CloseReason.Done;
        }

        var code = payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload) : 0;
        return code is (>= 1000 and <= 1014 and not (1004 or 1005 or 1006)) or (>= 3000 and <= 4999)
            ? Utf8.IsValid(payload[2..]) ? new CloseReason(code, "") : new CloseReason(1007, "The reason is not UTF-8")
            : new CloseReason(1002, "There is no such close code");
    }
}
