using System.Security.Cryptography;
using System.Text;

namespace Branchline.Server.Gateway.Pusher;

/// <summary>The credentials that clients and backends of one business use: the key is public, the secret is not.</summary>
internal sealed record PusherApp(string Id, string Key, string Secret)
{
    /// <summary>HMAC-SHA256 of the text under the secret, in lower-case hex.</summary>
    public string Sign(string text) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(text)));

    /// <summary>What a client sends to prove that somebody with the secret let it in: <c>key:signature</c>.</summary>
    public string Authorize(string text) => Key + ":" + Sign(text);

    /// <summary>Whether it is this app's key and a signature of the text. Takes as long for a wrong signature as for a right one.</summary>
    public bool Verify(string? authorization, string text) =>
        authorization is not null
        && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(authorization), Encoding.UTF8.GetBytes(Authorize(text)));

    /// <summary>Never shows the secret.</summary>
    public override string ToString() => $"app {Id}, key {Key}";
}
