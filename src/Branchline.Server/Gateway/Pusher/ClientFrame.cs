using System.Diagnostics.CodeAnalysis;
using System.Text;
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
    private const string OwnEvents = "pusher:";
    private const string OurEvents = "branchline:";

    /// <summary>The channel to subscribe to or leave.</summary>
    public string? Subject { get; private init; }

    /// <summary>The signature that comes with it.</summary>
    public string? Auth { get; private init; }

    /// <summary>Who comes into a presence channel, as it was signed.</summary>
    public string? ChannelData { get; private init; }

    /// <summary>Who signs in, as it was signed.</summary>
    public string? UserData { get; private init; }

    /// <summary><c>data</c> as the client wrote it; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Data { get; private init; }

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
        // A client event's data may be anything; only the protocol's own events hold an object in it.
        if (!Event.StartsWith(OwnEvents, StringComparison.Ordinal) && !Event.StartsWith(OurEvents, StringComparison.Ordinal))
        {
            return this with { Data = Encoding.UTF8.GetBytes(data.GetRawText()) };
        }

        if (data.ValueKind != JsonValueKind.String)
        {
            return WithMembers(data);
        }

        if (data.ValueEquals(""u8))
        {
            return this;
        }

        using var inner = JsonDocument.Parse(data.GetString()!);
        return WithMembers(inner.RootElement);
    }

    private ClientFrame WithMembers(JsonElement data) => this with
    {
        Subject = Text(data, "channel"),
        Auth = Text(data, "auth"),
        ChannelData = Text(data, "channel_data"),
        UserData = Text(data, "user_data"),
        Data = Event.StartsWith(OurEvents, StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(data.GetRawText()) : default,
    };

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 } text
            ? text
            : null;
}
