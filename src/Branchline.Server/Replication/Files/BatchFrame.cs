using System.Buffers.Binary;
using System.Text;
using Branchline.Protocol;

namespace Branchline.Server.Replication.Files;

/// <summary>
/// A block as it lies in a file: kind, length, signature, body. The end is a kind of its own, so that a file that was cut is known without unpacking.
/// </summary>
internal readonly record struct BatchFrame(char Kind, string Signature, byte[] Body)
{
    public const char Head = 'h';
    public const char Block = 'b';
    public const char End = 'e';

    /// <summary>The first line of every file.</summary>
    public static ReadOnlySpan<byte> Magic => "branchline batches\n"u8;

    private const int SignatureBytes = 64;
    private const int HeaderBytes = 1 + sizeof(int) + SignatureBytes;
    private const int MostBytes = 64 * 1024 * 1024;

    public async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderBytes];
        header[0] = (byte)Kind;
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(1), Body.Length);
        Encoding.ASCII.GetBytes(Signature, header.AsSpan(1 + sizeof(int)));
        await stream.WriteAsync(header, cancellationToken);
        await stream.WriteAsync(Body, cancellationToken);
    }

    /// <summary>The next one; null at the end of the file. Throws <see cref="BatchFileException"/> for half of one.</summary>
    public static async Task<BatchFrame?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderBytes];
        var read = await stream.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false, cancellationToken);
        if (read == 0)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1));
        if (read < HeaderBytes || length is < 0 or > MostBytes || length > stream.Length - stream.Position)
        {
            throw Cut();
        }

        var body = new byte[length];
        await stream.ReadExactlyAsync(body, cancellationToken);
        return new BatchFrame((char)header[0], Encoding.ASCII.GetString(header, 1 + sizeof(int), SignatureBytes), body);
    }

    public static BatchFileException Cut() =>
        new(ErrorCodes.FileInvalid, "The file was cut: it has no end. Nothing of it was applied", "Copy it once more, whole, or export it anew");

    public static BatchFileException Changed() =>
        new(ErrorCodes.FileInvalid, "The file was changed since it was written, or the key of the link is another one by now. Nothing of it was applied", "Copy it once more, or export it anew");
}
