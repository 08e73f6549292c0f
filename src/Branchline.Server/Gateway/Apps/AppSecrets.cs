using System.Security.Cryptography;
using System.Text;

namespace Branchline.Server.Gateway.Apps;

/// <summary>One secret of an app. A previous one is good until a time; null is without end.</summary>
internal sealed record AppSecret(string Value, DateTimeOffset? Until = null)
{
    /// <summary>Never shows the secret.</summary>
    public override string ToString() => Until is { } until ? $"good until {until:u}" : "in force";
}

/// <summary>
/// The secrets of one app: the current one signs, previous ones are still believed for a while. One object an app for as
/// long as the node runs: whoever holds an older image of the app knows a rotated secret all the same.
/// </summary>
internal sealed class AppSecrets
{
    private const int HashBytes = 32;
    private const int HexBytes = HashBytes * 2;
    private const int SmallText = 1024;

    private readonly TimeProvider _time;

    // Never empty, the current one first. Replaced as a whole by the registry; read by every signature.
    private volatile Keyed[] _secrets;

    public AppSecrets(TimeProvider time, params IEnumerable<AppSecret> secrets)
    {
        _time = time;
        _secrets = KeysOf(secrets);
    }

    private sealed record Keyed(AppSecret Secret, byte[] Bytes);

    /// <summary>The secrets that count at this moment, the current one first.</summary>
    public IReadOnlyList<AppSecret> Valid
    {
        get
        {
            var now = _time.GetUtcNow();
            return [.. _secrets.Where(keyed => IsGood(keyed, now)).Select(keyed => keyed.Secret)];
        }
    }

    /// <summary>The signature under the current secret, in lower-case hex.</summary>
    public string Sign(string text) => Sign(Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// The signature of raw bytes in lower-case hex. Turn 0 signs with the current secret, 1 with the one before while that
    /// counts, and so round: for a peer that does not know a rotated secret yet.
    /// </summary>
    public string Sign(ReadOnlySpan<byte> bytes, int turn = 0)
    {
        var now = _time.GetUtcNow();
        var good = Array.FindAll(_secrets, keyed => IsGood(keyed, now));
        return Convert.ToHexStringLower(HMACSHA256.HashData(good[turn % good.Length].Bytes, bytes));
    }

    /// <summary>Whether one of the secrets signed the text. Every secret is tried to its end, whichever was right.</summary>
    public bool Verify(ReadOnlySpan<char> hex, string text)
    {
        if (hex.Length != HexBytes)
        {
            return false;
        }

        Span<byte> given = stackalloc byte[HexBytes * 3];
        var length = Encoding.UTF8.GetBytes(hex, given);
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> bytes = most <= SmallText ? stackalloc byte[SmallText] : new byte[most];
        return IsSigned(given[..length], bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    /// <summary>Puts others in their place; the first is the current one.</summary>
    public void Replace(params IEnumerable<AppSecret> secrets) => _secrets = KeysOf(secrets);

    private bool IsSigned(ReadOnlySpan<byte> given, ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[HashBytes];
        Span<byte> expected = stackalloc byte[HexBytes];
        var now = _time.GetUtcNow();
        var isSigned = false;
        foreach (var keyed in _secrets)
        {
            HMACSHA256.HashData(keyed.Bytes, bytes, hash);
            Convert.TryToHexStringLower(hash, expected, out _);
            isSigned |= CryptographicOperations.FixedTimeEquals(given, expected) & IsGood(keyed, now);
        }

        return isSigned;
    }

    // The current secret never ends, so there is always one.
    private static bool IsGood(Keyed keyed, DateTimeOffset now) => keyed.Secret.Until is not { } until || now < until;

    private static Keyed[] KeysOf(IEnumerable<AppSecret> secrets)
    {
        Keyed[] keyed = [.. secrets.Select(secret => new Keyed(secret, Encoding.UTF8.GetBytes(secret.Value)))];
        return keyed is [{ Secret.Until: null }, ..]
            ? keyed
            : throw new ArgumentException("The first secret is the current one and has no end", nameof(secrets));
    }
}
