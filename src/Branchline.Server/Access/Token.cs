using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Branchline.Server.Access;

/// <summary>Secrets that stand for a session: 256 random bits, kept on the node only as their SHA-256.</summary>
internal static class Token
{
    private const int Bytes = 32;

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>What the node keeps of a token.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>The antiforgery value of a session: follows from its token, and the token does not follow from it.</summary>
    public static string Antiforgery(string token) => Hash("antiforgery\n" + token);
}
