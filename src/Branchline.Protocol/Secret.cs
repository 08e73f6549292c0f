using System.Security.Cryptography;
using System.Text;

namespace Branchline.Protocol;

/// <summary>Tokens, signatures and other words that somebody might guess bit by bit.</summary>
internal static class Secret
{
    /// <summary>Compares without telling by its time where they differ.</summary>
    public static bool AreEqual(string left, string right) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right));
}
