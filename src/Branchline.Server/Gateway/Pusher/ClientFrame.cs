using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Branchline.Server.Gateway.Pusher;

/// <summary>
/// One message of a client. <c>data</c> comes as an object from pusher-js and as a string that holds one from other
/// clients; null, an empty string and nothing at all mean the same.
/// </summary>
/// <param name="Event">The event's name.</param>
/// <param name="Channel">The channel of a client event, at top level.</param>
internal sealed record ClientFrame(string Event, string? Channel)
{
    /// <summary>The channel to subscribe to or leave.</summary>
    public string? Subject { get; private init; }

    /// <summary>The signature that comes with it.</summary>
    public string? Auth { get; private init; }

    public static bool TryParse(ReadOnlyMemory<byte> message, [NotNullWhen(true)] out ClientFrame? frame)
    {
        frame = null;
        try
        {
            using var document = JsonDocument.Parse(message);
            if (Text(document.RootElement, "event") is not { } name)
            {
                return false;
            }

            frame = new ClientFrame(name, Text(document.RootElement, "channel"));
            frame = document.RootElement.TryGetProperty("data", out var data) ? frame.With(data) : frame;
            return true;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // The second is what half a surrogate pair in a string ends in.
            frame = null;
            return false;
        }
    }

    private ClientFrame With(JsonElement data)
    {
        if (data.ValueKind != JsonValueKind.String)
        {
            return this with { Subject = Text(data, "channel"), Auth = Text(data, "auth") };
        }

        // A client event's data may be any string; only our own events hold an object in it.
        if (!Event.StartsWith("pusher:", StringComparison.Ordinal) || data.ValueEquals(""u8))
        {
            return this;
        }

        using var inner = JsonDocument.Parse(data.GetString()!);
        return this with { Subject = Text(inner.RootElement, "channel"), Auth = Text(inner.RootElement, "auth") };
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 } text
            ? text
            : null;
}
