using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Branchline.Server.Gateway.Channels.People;

/// <summary>A person in a presence channel, as <c>channel_data</c> describes them.</summary>
/// <param name="Id">The id as text: two connections of one id are one member.</param>
/// <param name="IdJson">The id as it was written: a number stays a number.</param>
/// <param name="InfoJson">What else is told of them, as it was written; null when nothing is.</param>
internal sealed record Member(string Id, string IdJson, string? InfoJson)
{
    private const int LongestId = 128;

    /// <summary>Reads <c>{"user_id":..,"user_info":..}</c>; null when it is not that.</summary>
    public static Member? Parse(string? channelData) => Parse(channelData, "user_id", "user_info");

    /// <summary>Reads the <c>user_data</c> of a sign-in in the place of <c>channel_data</c>.</summary>
    public static Member? OfUser(string userData) => Parse(userData, "id", "user_info");

    private static Member? Parse(string? json, string idName, string infoName)
    {
        if (string.IsNullOrEmpty(json))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(idName, out var id)
                && TryText(id, out var text)
                ? new Member(text, id.GetRawText(), document.RootElement.TryGetProperty(infoName, out var info) ? info.GetRawText() : null)
                : null;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool TryText(JsonElement id, [NotNullWhen(true)] out string? text)
    {
        text = id.ValueKind switch
        {
            JsonValueKind.String => id.GetString(),
            JsonValueKind.Number => id.GetRawText(),
            _ => null,
        };
        return text is { Length: > 0 and <= LongestId };
    }
}
