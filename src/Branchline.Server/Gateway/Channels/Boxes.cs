using System.Security.Cryptography;
using System.Text;
using Branchline.Server.Gateway.Apps;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;

namespace Branchline.Server.Gateway.Channels;

/// <summary>
/// What the node itself says on encrypted channels, boxed for those who hold the channel's secret: NaCl's secretbox, XSalsa20 and
/// Poly1305. What backends have boxed passes through unread.
/// </summary>
internal static class Boxes
{
    private const int NonceBytes = 24;
    private const int KeyBytes = 32;
    private const int TagBytes = 16;
    private const string Purpose = "private-encrypted";

    /// <summary>The channel's secret in Base64, as the auth endpoint hands it out: SHA-256 of its name and the app's master key.</summary>
    public static string SharedSecret(RealtimeApp app, string channel) => Convert.ToBase64String(Secret(app, channel));

    /// <summary>The event's data on an encrypted channel: <c>{"nonce":..,"ciphertext":..}</c>.</summary>
    public static ReadOnlyMemory<byte> Seal(RealtimeApp app, string channel, ReadOnlySpan<byte> payload)
    {
        var nonce = RandomNumberGenerator.GetBytes(NonceBytes);
        return Encoding.UTF8.GetBytes(
            $"{{\"nonce\":\"{Convert.ToBase64String(nonce)}\",\"ciphertext\":\"{Convert.ToBase64String(Seal(Secret(app, channel), nonce, payload))}\"}}");
    }

    /// <summary>The tag, and behind it the boxed bytes.</summary>
    public static byte[] Seal(byte[] secret, byte[] nonce, ReadOnlySpan<byte> payload)
    {
        var cipher = new XSalsa20Engine();
        cipher.Init(forEncryption: true, new ParametersWithIV(new KeyParameter(secret), nonce));
        var macKey = new byte[KeyBytes];
        cipher.ProcessBytes(macKey, 0, KeyBytes, macKey, 0);
        var box = new byte[TagBytes + payload.Length];
        var plain = payload.ToArray();
        cipher.ProcessBytes(plain, 0, plain.Length, box, TagBytes);
        var mac = new Poly1305();
        mac.Init(new KeyParameter(macKey));
        mac.BlockUpdate(box, TagBytes, plain.Length);
        mac.DoFinal(box, 0);
        return box;
    }

    private static byte[] Secret(RealtimeApp app, string channel) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes(channel), .. app.EncryptionKey ?? Convert.FromHexString(app.Sign(Purpose))]);
}
