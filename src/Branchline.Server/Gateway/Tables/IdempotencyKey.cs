using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Branchline.Server.Gateway.Tables;

/// <summary>
/// A caller's name for one request. The same person with the same key asks for the same mutation, so it is applied once;
/// ids the caller left out come from the key as well, so a repeated request names the same rows.
/// </summary>
internal sealed class IdempotencyKey
{
    public const string Header = "Idempotency-Key";
    public const string ReplayedHeader = "Idempotency-Replayed";
    public const int LongestKey = 255;
    private const int IdBytes = 16;

    private IdempotencyKey(Guid mutationId, string digest)
    {
        MutationId = mutationId;
        Digest = digest;
    }

    public Guid MutationId { get; }

    /// <summary>Fingerprint of the request; another one under the same key is refused.</summary>
    public string Digest { get; }

    public static bool IsValid(string key) =>
        key.Length is > 0 and <= LongestKey && key.All(character => character is > ' ' and < (char)0x7F);

    public static IdempotencyKey Of(string userId, string key, string target, in ReadOnlySequence<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(target + "\n"));
        foreach (var segment in body)
        {
            hash.AppendData(segment.Span);
        }

        return new IdempotencyKey(
            DerivedId.Of(userId + "\n" + key), Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>The id of the request's row at the given place.</summary>
    public Guid RowId(int index)
    {
        Span<byte> seed = stackalloc byte[IdBytes + sizeof(int)];
        MutationId.TryWriteBytes(seed, bigEndian: true, out _);
        BitConverter.TryWriteBytes(seed[IdBytes..], index);
        return DerivedId.Of(seed);
    }
}
