using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Branchline.Merchant.Demo.Telling;

/// <summary>The same id for the same name and seed, always: seeding twice writes nothing twice. In shape they are UUIDv7.</summary>
internal sealed class Ids(int seed)
{
    // 2026-01-01; ids of one table sort by the number they were made with.
    private const long FirstMillisecond = 1_767_225_600_000;

    public Guid Of(string name, int number = 0)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{seed}/{name}/{number}");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);

        var id = hash[..16];
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, FirstMillisecond + number);
        time[2..].CopyTo(id);
        id[6] = (byte)(0x70 | (id[6] & 0x0F));
        id[8] = (byte)(0x80 | (id[8] & 0x3F));
        return new Guid(id, bigEndian: true);
    }
}
