using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Branchline.Protocol;

/// <summary>
/// How a branch and its master know each other: both hold a key that never travels, and sign with it what they send (HMAC-SHA256). An answer's signature
/// holds the nonce of its question, so neither can be replayed as the other. Bodies are packed with Brotli, and encrypted (AES-256-GCM) when asked for.
/// </summary>
public static class BranchSeal
{
    /// <summary>Header: the link's id.</summary>
    public const string LinkHeader = "Branchline-Link";

    /// <summary>Header: Unix milliseconds of the sender.</summary>
    public const string TimeHeader = "Branchline-Time";

    /// <summary>Header: 32 hex digits, new for each question.</summary>
    public const string NonceHeader = "Branchline-Nonce";

    /// <summary>Header: 64 hex digits.</summary>
    public const string SignatureHeader = "Branchline-Signature";

    /// <summary>Header: <c>1</c> when bodies are encrypted.</summary>
    public const string SealedHeader = "Branchline-Sealed";

    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int MostUnpacked = 64 * 1024 * 1024;
    private static readonly byte[] Payload = "branchline payload"u8.ToArray();

    /// <summary>A new key or nonce of so many random bytes, as hex.</summary>
    public static string Random(int bytes) => RandomNumberGenerator.GetHexString(bytes * 2, lowercase: true);

    /// <summary>The signature of a question.</summary>
    public static string SignQuestion(string key, string path, (long Time, string Nonce) when, ReadOnlySpan<byte> body) =>
        Sign(key, string.Create(CultureInfo.InvariantCulture, $"question\n{path}\n{when.Time}\n{when.Nonce}\n"), body);

    /// <summary>The signature of the answer to the question with that nonce.</summary>
    public static string SignAnswer(string key, string nonce, int status, ReadOnlySpan<byte> body) =>
        Sign(key, string.Create(CultureInfo.InvariantCulture, $"answer\n{nonce}\n{status}\n"), body);

    /// <summary>The signature of a block of a file: blocks of another file, or at another place, do not fit.</summary>
    public static string SignBlock(string key, string file, (long Index, char Kind) block, ReadOnlySpan<byte> body) =>
        Sign(key, string.Create(CultureInfo.InvariantCulture, $"file\n{file}\n{block.Index}\n{block.Kind}\n"), body);

    /// <summary>A body as it travels.</summary>
    public static byte[] Pack(ReadOnlySpan<byte> json, string key, bool isSealed)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            brotli.Write(json);
        }

        return isSealed ? Encrypt(packed.ToArray(), key) : packed.ToArray();
    }

    /// <summary>The JSON of a body. Throws <see cref="InvalidDataException"/> when it is none of this key, or larger than 64 MB.</summary>
    public static byte[] Unpack(byte[] body, string key, bool isSealed)
    {
        using var brotli = new BrotliStream(new MemoryStream(isSealed ? Decrypt(body, key) : body), CompressionMode.Decompress);
        using var json = new MemoryStream();
        var buffer = new byte[64 * 1024];
        try
        {
            while (brotli.Read(buffer) is var read and > 0)
            {
                json.Write(buffer, 0, read);
                if (json.Length > MostUnpacked)
                {
                    throw new InvalidDataException("The body is larger than 64 MB once it is unpacked");
                }
            }
        }
        catch (InvalidOperationException failure)
        {
            throw new InvalidDataException("The body is not packed with Brotli", failure);
        }

        return json.ToArray();
    }

    /// <summary>Nonce, cipher, tag.</summary>
    public static byte[] Encrypt(ReadOnlySpan<byte> plain, string key)
    {
        var body = new byte[NonceBytes + plain.Length + TagBytes];
        RandomNumberGenerator.Fill(body.AsSpan(0, NonceBytes));
        using var cipher = new AesGcm(KeyFor(key), TagBytes);
        cipher.Encrypt(body.AsSpan(0, NonceBytes), plain, body.AsSpan(NonceBytes, plain.Length), body.AsSpan(NonceBytes + plain.Length));
        return body;
    }

    /// <summary>What <see cref="Encrypt"/> was given. Throws <see cref="InvalidDataException"/>.</summary>
    public static byte[] Decrypt(ReadOnlySpan<byte> body, string key)
    {
        if (body.Length < NonceBytes + TagBytes)
        {
            throw new InvalidDataException("The body is too short to be encrypted");
        }

        var plain = new byte[body.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(KeyFor(key), TagBytes);
        try
        {
            cipher.Decrypt(body[..NonceBytes], body.Slice(NonceBytes, plain.Length), body[(NonceBytes + plain.Length)..], plain);
        }
        catch (CryptographicException failure)
        {
            throw new InvalidDataException("The body is not encrypted with this key", failure);
        }

        return plain;
    }

    private static byte[] KeyFor(string key) => HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(key), 32, info: Payload);

    private static string Sign(string key, string head, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(key));
        hmac.AppendData(Encoding.UTF8.GetBytes(head));
        hmac.AppendData(body);
        return Convert.ToHexStringLower(hmac.GetHashAndReset());
    }
}
