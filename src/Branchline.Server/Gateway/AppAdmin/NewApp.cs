using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Branchline.Protocol;
using Branchline.Server.Gateway.Apps;

namespace Branchline.Server.Gateway.AppAdmin;

/// <summary>Id, key and secret of an app to be added; null is to be made. Given ones let an app move here from another server.</summary>
internal sealed partial record NewApp(string? Id, string? Key, string? Secret)
{
    private const int ShortestSecret = 8;

    /// <summary>Takes them out of a body; what stays are settings.</summary>
    public static NewApp TakeFrom(JsonObject body) => new(Take(body, "id"), Take(body, "key"), Take(body, "secret"));

    public static Problem? FindObjection(string id, string key, string secret, AppRegistry registry)
    {
        if (!Word().IsMatch(id) || !Word().IsMatch(key))
        {
            return Problems.ForField(
                ErrorCodes.WrongType, Word().IsMatch(id) ? "key" : "id", "An id and a key are made of A-Z a-z 0-9 _ . -, and at most 100 long.");
        }

        if (secret.Length < ShortestSecret)
        {
            return Problems.ForField(ErrorCodes.OutOfRange, "secret", $"A secret has at least {ShortestSecret} characters.", "Leave it out to have one made.");
        }

        return registry.TryFindById(id, out _) ? Taken("id", id)
            : registry.TryFindByKey(key, out _) ? Taken("key", key)
            : null;
    }

    /// <summary>Never shows the secret.</summary>
    public override string ToString() => $"app {Id}, key {Key}";

    private static Problem Taken(string field, string word) =>
        Problems.ForField(ErrorCodes.AppExists, field, $"Another realtime app has the {field} \"{word}\".");

    private static string? Take(JsonObject body, string name)
    {
        var given = body[name]?.ToString().Trim();
        body.Remove(name);
        return given is { Length: > 0 } ? given : null;
    }

    [GeneratedRegex($"^(?:{AppSettings.Word})$")]
    private static partial Regex Word();
}
