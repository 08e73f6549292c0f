using System.Text.Json;
using System.Text.Json.Serialization;

namespace Branchline.Server.Access.Control;

/// <summary>Where a running node is and how to be let in: <c>control.json</c> in its data directory, readable by the node's user only.</summary>
internal sealed record ControlFile(string Url, string Token)
{
    private const string Name = "control.json";

    /// <summary>Null when no node says it runs there. One that was killed leaves its last words.</summary>
    public static ControlFile? Read(string directory)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(PathIn(directory)), ControlJson.Default.ControlFile);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    public static void Remove(string directory) => File.Delete(PathIn(directory));

    public void Write(string directory)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // Written beside and moved over, so that nobody reads half of it and an older file's rights do not stay.
        var file = PathIn(directory);
        File.Delete(file + ".tmp");
        using (var stream = new FileStream(file + ".tmp", options))
        {
            JsonSerializer.Serialize(stream, this, ControlJson.Default.ControlFile);
        }

        File.Move(file + ".tmp", file, overwrite: true);
    }

    /// <summary>Never shows the token.</summary>
    public override string ToString() => Url;

    private static string PathIn(string directory) => Path.Combine(directory, Name);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ControlFile))]
internal sealed partial class ControlJson : JsonSerializerContext;
