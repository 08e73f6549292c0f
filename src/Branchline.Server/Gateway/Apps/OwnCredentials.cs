using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Branchline.Server.Gateway.Apps;

/// <summary>
/// Id, key and secret of the business's own app: as <c>Branchline:App</c> says, or as the environment of the server it takes
/// the place of says. The first family of names with any value counts, whole. A secret that nobody chose is made once and
/// kept in the data directory, readable by the node's user only.
/// </summary>
internal static class OwnCredentials
{
    public const string SecretFile = "pusher-secret";

    private const string EncryptionName = "PUSHER_ENCRYPTION_MASTER_KEY_BASE64";
    private const string DefaultId = "branchline";
    private const string DefaultKey = "branchline-key";
    private static readonly string[] Families = ["Branchline:App:", "PUSHER_APP_", "REVERB_APP_", "SOKETI_DEFAULT_APP_"];

    /// <summary>The settings with id and key filled in, and the secret when somebody chose one.</summary>
    public static AppSettings Complete(AppSettings settings, IConfiguration values)
    {
        var family = Array.Find(Families, name => Given(values, name + "ID", name + "KEY", name + "SECRET") is not null) ?? Families[0];
        return settings with
        {
            Id = Word(values, family + "ID") ?? DefaultId,
            Key = Word(values, family + "KEY") ?? DefaultKey,
            Secret = Given(values, family + "SECRET"),
            EncryptionSecret = settings.EncryptionSecret ?? Given(values, EncryptionName),
        };
    }

    /// <summary>The secret kept in the data directory, or null when none was made so far. An empty file is what a crash between making and writing it leaves.</summary>
    public static string? FindKept(string dataDirectory)
    {
        var file = Path.Combine(dataDirectory, SecretFile);
        return File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } kept ? kept : null;
    }

    /// <summary>The kept secret, made when there is none.</summary>
    public static string KeptSecret(string dataDirectory)
    {
        if (FindKept(dataDirectory) is { } kept)
        {
            return kept;
        }

        var secret = MadeWords.Secret();
        Write(Path.Combine(dataDirectory, SecretFile), secret);
        return secret;
    }

    /// <summary>Keeps another secret for the next start.</summary>
    public static void Keep(string dataDirectory, string secret)
    {
        // Written beside and moved over: a crash leaves the old one or the new one.
        var file = Path.Combine(dataDirectory, SecretFile);
        Write(file + ".tmp", secret);
        File.Move(file + ".tmp", file, overwrite: true);
    }

    private static string? Given(IConfiguration values, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (values[name]?.Trim() is { Length: > 0 } value)
            {
                return value;
            }
        }

        return null;
    }

    // Ids and keys stand in addresses.
    private static string? Word(IConfiguration values, string name) => Given(values, name) is not { } word || Regex.IsMatch(word, $"^(?:{AppSettings.Word})$")
        ? Given(values, name)
        : throw new StartRefusedException($"A setting is wrong: {name} is made of A-Z a-z 0-9 _ . -, and at most 100 long");

    private static void Write(string file, string secret)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(file, options);
        writer.Write(secret);
    }
}
