using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Branchline.Server.Gateway.Apps;

namespace Branchline.Tests.Gateway.Limits;

/// <summary>Calls as a backend signs them.</summary>
internal static class SignedCalls
{
    private static readonly RealtimeApp App = TestApp.Of("branchline", PusherClient.Key, SharedNode.Secret);

    public static string Auth(PusherClient client, string channel, string? member = null) =>
        App.Authorize(member is null ? $"{client.SocketId}:{channel}" : $"{client.SocketId}:{channel}:{member}");

    public static string SignIn(PusherClient client, string user) => App.Authorize($"{client.SocketId}::user::{user}");

    /// <summary>Status and body of a signed POST.</summary>
    public static async Task<(int Status, string Text)> CallAsync(this TestNode node, string path, string body, TimeProvider? time = null)
    {
        var full = $"/apps/branchline/{path}";
#pragma warning disable CA5351 // The protocol asks for MD5.
        var hash = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(body)));
#pragma warning restore CA5351
        var now = (time ?? TimeProvider.System).GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var query = $"auth_key={PusherClient.Key}&auth_timestamp={now}&auth_version=1.0&body_md5={hash}";
        using var http = node.Anonymous();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri($"{full}?{query}&auth_signature={App.Sign($"POST\n{full}\n{query}")}", UriKind.Relative), content);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
