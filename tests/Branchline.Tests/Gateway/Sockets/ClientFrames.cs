using System.Buffers.Binary;
using System.Text;

namespace Branchline.Tests.Gateway.Sockets;

/// <summary>Frames as a client writes them, also such as no client should (RFC 6455, section 5.2).</summary>
internal static class ClientFrames
{
    public const int Continuation = 0;
    public const int TextCode = 1;
    public const int Binary = 2;
    public const int CloseCode = 8;
    public const int PingCode = 9;
    public const int PongCode = 10;
    private const byte Final = 0x80;
    private const byte IsMasked = 0x80;
    private static readonly byte[] Mask = [0x37, 0xFA, 0x21, 0x3D];

    public static byte[] Text(string text) => Whole(TextCode, Encoding.UTF8.GetBytes(text));

    public static byte[] Whole(int code, params ReadOnlySpan<byte> payload) => Of((byte)(Final | code), payload);

    /// <summary>A part of a message that is not its last.</summary>
    public static byte[] Part(int code, params ReadOnlySpan<byte> payload) => Of((byte)code, payload);

    public static byte[] Close(int code, string reason = "") =>
        Whole(CloseCode, [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)]);

    /// <summary>A frame with this first byte: final bit, reserved bits, kind.</summary>
    public static byte[] Of(byte first, ReadOnlySpan<byte> payload)
    {
        var masked = payload.ToArray();
        for (var index = 0; index < masked.Length; index++)
        {
            masked[index] ^= Mask[index & 3];
        }

        return [.. Head(first, payload.Length), .. masked];
    }

    /// <summary>A masked head that promises so many bytes.</summary>
    public static byte[] Head(byte first, long length) => length switch
    {
        >= 0 and < 126 => [first, (byte)(IsMasked | length), .. Mask],
        >= 0 and <= ushort.MaxValue => [first, IsMasked | 126, .. Short((ushort)length), .. Mask],
        _ => [first, IsMasked | 127, .. Long(length), .. Mask],
    };

    private static byte[] Short(ushort length)
    {
        var bytes = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, length);
        return bytes;
    }

    private static byte[] Long(long length)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, length);
        return bytes;
    }
}
