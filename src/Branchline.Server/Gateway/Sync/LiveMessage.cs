using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Branchline.Server.Gateway.Sync;

/// <summary>The <c>type</c> that tells the socket's messages apart.</summary>
internal static class LiveMessage
{
    public const string Welcome = "welcome";
    public const string Page = "page";
    public const string Pushed = "pushed";
    public const string Refused = "refused";
    public const string Pong = "pong";
    public const string Error = "error";

    /// <summary>The message with its type before its other members.</summary>
    public static byte[] Encode<T>(T message, string type, JsonTypeInfo<T> info)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(message, info);
        return [.. Encoding.UTF8.GetBytes($"{{\"type\":\"{type}\","), .. body.AsSpan(1)];
    }

    /// <summary>The type of a message, or null when it is no object with one.</summary>
    public static string? TypeOf(ReadOnlySpan<byte> message)
    {
        var reader = new Utf8JsonReader(message);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isType = reader.ValueTextEquals("type"u8);
                reader.Read();
                if (isType)
                {
                    return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                }

                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // Not JSON: no type.
        }

        return null;
    }
}
