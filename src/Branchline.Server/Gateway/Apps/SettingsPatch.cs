using System.Text;
using System.Text.Json.Nodes;
using Branchline.Protocol;
using Microsoft.Extensions.Configuration;

namespace Branchline.Server.Gateway.Apps;

/// <summary>
/// What an administrator set for an app, as JSON: only what differs from what holds otherwise. A change is merged member by
/// member; null sets a member back. It is read exactly as the same words in the configuration are.
/// </summary>
internal static class SettingsPatch
{
    private delegate Problem? Check(JsonNode? value, string path);

    private static readonly Dictionary<string, Check> OfLimits = typeof(AppLimits).GetProperties()
        .ToDictionary(property => char.ToLowerInvariant(property.Name[0]) + property.Name[1..], _ => (Check)Scalar);

    private static readonly Dictionary<string, Check> OfWebhook = new()
    {
        ["url"] = Scalar,
        ["events"] = (value, path) => List(value, path, Scalar),
        ["channelPrefix"] = Scalar,
        ["headers"] = (value, path) => Members(value, path, _ => Scalar),
    };

    private static readonly Dictionary<string, Check> OfApp = new()
    {
        ["name"] = Scalar,
        ["enabled"] = Scalar,
        ["allowedOrigins"] = (value, path) => List(value, path, Scalar),
        ["clientEvents"] = Scalar,
        ["subscriptionCount"] = Scalar,
        ["limits"] = (value, path) => Members(value, path, OfLimits.GetValueOrDefault),
        ["webhooks"] = (value, path) => List(value, path, (item, at) => Members(item, at, OfWebhook.GetValueOrDefault)),
    };

    /// <summary>A member that no app has, or one of another shape, as a refusal.</summary>
    public static Problem? FindObjection(JsonObject patch) => Members(patch, "", OfApp.GetValueOrDefault);

    /// <summary>The settings after the change. A webhook's header that is null keeps the value it had at that address.</summary>
    public static JsonObject Merge(JsonObject before, JsonObject patch)
    {
        var merged = before.DeepClone().AsObject();
        KeepHeaders(merged["webhooks"] as JsonArray, patch["webhooks"] as JsonArray);
        Put(merged, patch);
        return merged;
    }

    /// <summary>The settings as they hold over others.</summary>
    public static AppReading Read(JsonObject settings, AppSettings otherwise)
    {
        using var json = new MemoryStream(Encoding.UTF8.GetBytes(settings.ToJsonString()));
        return AppReading.Read(new ConfigurationBuilder().AddJsonStream(json).Build(), otherwise);
    }

    public static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private static void Put(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch.ToArray())
        {
            switch (value)
            {
                case null or JsonArray { Count: 0 }:
                    target.Remove(name);
                    break;
                case JsonObject inner when target[name] is JsonObject known:
                    Put(known, inner);
                    break;
                default:
                    target[name] = value.DeepClone();
                    break;
            }
        }
    }

    private static void KeepHeaders(JsonArray? before, JsonArray? after)
    {
        foreach (var webhook in after?.OfType<JsonObject>() ?? [])
        {
            var same = before?.OfType<JsonObject>().FirstOrDefault(known => known["url"]?.ToString() == webhook["url"]?.ToString());
            foreach (var (name, value) in (webhook["headers"] as JsonObject)?.ToArray() ?? [])
            {
                if (value is null && same?["headers"]?[name] is { } kept)
                {
                    webhook["headers"]![name] = kept.DeepClone();
                }
            }
        }
    }

    private static Problem? Members(JsonNode? value, string path, Func<string, Check?> known)
    {
        if (value is not JsonObject members)
        {
            return value is null ? null : WrongShape(path, "an object");
        }

        foreach (var (name, member) in members)
        {
            var at = path.Length == 0 ? name : path + "." + name;
            if (known(name) is not { } check)
            {
                return Problems.ForField(ErrorCodes.UnknownField, at, "A realtime app has no such setting.");
            }

            if (check(member, at) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static Problem? List(JsonNode? value, string path, Check check) => value is null or JsonArray
        ? (value as JsonArray)?.Select((item, index) => check(item, $"{path}.{index}")).FirstOrDefault(problem => problem is not null)
        : WrongShape(path, "a list");

    private static Problem? Scalar(JsonNode? value, string path) =>
        value is null or JsonValue ? null : WrongShape(path, "one value");

    private static Problem WrongShape(string path, string wanted) =>
        Problems.ForField(ErrorCodes.WrongType, path, $"This setting is {wanted}.");
}
