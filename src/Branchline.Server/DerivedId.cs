using System.Security.Cryptography;
using System.Text;

namespace Branchline.Server;

/// <summary>Ids that are computed: the same seed names the same thing, so that what is asked for twice is done once.</summary>
internal static class DerivedId
{
    private const int IdBytes = 16;

    public static Guid Of(string seed) => Of(Encoding.UTF8.GetBytes(seed));

    /// <summary>A UUID of version 8: the form for ids that are computed (RFC 9562, section 5.8).</summary>
    public static Guid Of(ReadOnlySpan<byte> seed)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(seed, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..IdBytes], bigEndian: true);
    }
}
