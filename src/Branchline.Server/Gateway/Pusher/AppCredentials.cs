using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace Branchline.Server.Gateway.Pusher;

/// <summary>
/// The app as <c>PUSHER_APP_ID</c>, <c>PUSHER_APP_KEY</c> and <c>PUSHER_APP_SECRET</c> name it. A secret that nobody chose
/// is made once and kept in the data directory, readable by the node's user only.
/// </summary>
internal static class AppCredentials
{
    public const string SecretFile = "pusher-secret";

    private const string DefaultId = "branchline";
    private const string DefaultKey = "branchline-key";
    private const int SecretBytes = 20;

    public static PusherApp Read(IConfiguration values, string dataDirectory) => new(
        Given(values, "PUSHER_APP_ID") ?? DefaultId,
        Given(values, "PUSHER_APP_KEY") ?? DefaultKey,
        Given(values, "PUSHER_APP_SECRET") ?? KeptSecret(Path.Combine(dataDirectory, SecretFile)));

    private static string? Given(IConfiguration values, string name) =>
        values[name]?.Trim() is { Length: > 0 } value ? value : null;

    private static string KeptSecret(string file)
    {
        // An empty file is what a crash between making and writing it leaves.
        if (File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } kept)
        {
            return kept;
        }

        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(file, options);
        writer.Write(secret);
        return secret;
    }
}
