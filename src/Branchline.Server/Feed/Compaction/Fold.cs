using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Branchline.Server.Feed.Compaction;

/// <summary>
/// Makes one entry of two of the same row and scope. It takes the newer one's place, and whoever reads it there, having read the older one or not,
/// has the same row as who read both: the fields of both for two patches, the whole row where the older one brought it.
/// </summary>
internal static class Fold
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Whether the entry says that the row is not in the scope any longer.</summary>
    public static bool IsGone(ReadOnlySpan<byte> entry)
    {
        var reader = new Utf8JsonReader(entry);
        while (reader.Read() && !(reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("kind"u8)))
        {
        }

        reader.Read();
        return !reader.ValueTextEquals("set"u8) && !reader.ValueTextEquals("enter"u8);
    }

    /// <summary>What the newer entry says when it stands for both; null when that is what it says already.</summary>
    public static ReadOnlyMemory<byte>? Of(ReadOnlyMemory<byte> older, ReadOnlyMemory<byte> newer)
    {
        using var after = JsonDocument.Parse(newer);
        if (!after.RootElement.GetProperty("kind"u8).ValueEquals("set"u8))
        {
            return null;
        }

        using var before = JsonDocument.Parse(older);
        if (!before.RootElement.TryGetProperty("fields"u8, out var fields))
        {
            return null;
        }

        return Write(before.RootElement.GetProperty("kind"u8), fields, after.RootElement);
    }

    // The kind is the older one's: a patch after a whole row that came into the scope is that whole row, patched.
    private static byte[] Write(JsonElement kind, JsonElement older, JsonElement newer)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            json.WriteStartObject();
            foreach (var member in newer.EnumerateObject())
            {
                json.WritePropertyName(member.Name);
                if (member.NameEquals("fields"u8))
                {
                    WriteFields(json, older, member.Value);
                }
                else
                {
                    Copy(json, member.NameEquals("kind"u8) ? kind : member.Value);
                }
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteFields(Utf8JsonWriter json, JsonElement older, JsonElement newer)
    {
        json.WriteStartObject();
        foreach (var field in older.EnumerateObject().Where(field => !newer.TryGetProperty(field.Name, out _)).Concat(newer.EnumerateObject()))
        {
            json.WritePropertyName(field.Name);
            Copy(json, field.Value);
        }

        json.WriteEndObject();
    }

    // Byte for byte, as it travelled.
    private static void Copy(Utf8JsonWriter json, JsonElement value) =>
        json.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
}
