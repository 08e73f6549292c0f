using System.Globalization;
using System.Security.Cryptography;

namespace Branchline.Server.Gateway.Apps;

/// <summary>Ids, keys and secrets that nobody chose, in the form that every Pusher library takes.</summary>
internal static class MadeWords
{
    private const int KeyBytes = 10;
    private const int SecretBytes = 20;

    /// <summary>A number: some libraries take no other id.</summary>
    public static string Id() => RandomNumberGenerator.GetInt32(1_000_000, int.MaxValue).ToString(CultureInfo.InvariantCulture);

    public static string Key() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes));

    public static string Secret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
}
