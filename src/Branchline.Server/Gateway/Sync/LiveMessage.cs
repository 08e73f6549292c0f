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
    public const string LastWord = "last_word";
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
        return TryFind(ref reader, "type"u8) && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
    }

    /// <summary>The request number of a message that is otherwise unreadable; 0 when it has none.</summary>
    public static long IdOf(ReadOnlySpan<byte> message)
    {
        var reader = new Utf8JsonReader(message);
        return TryFind(ref reader, "id"u8) && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var id) ? id : 0;
    }

    /// <summary>Stands on the value of a member of the message; false when there is none, or no JSON up to it.</summary>
    private static bool TryFind(ref Utf8JsonReader reader, ReadOnlySpan<byte> member)
    {
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isWanted = reader.ValueTextEquals(member);
                reader.Read();
                if (isWanted)
                {
                    return true;
                }

                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // Not JSON: no such member.
        }

        return false;
    }
}
