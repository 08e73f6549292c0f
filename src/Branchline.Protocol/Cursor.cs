using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Branchline.Protocol;

/// <summary>How far a reader has read a scope's feed. Devices keep it as they got it; only a node looks inside.</summary>
[JsonConverter(typeof(CursorConverter))]
public readonly record struct Cursor(string Epoch, long Seq)
{
    /// <summary>Reads the text form <c>EPOCH.SEQ</c>; false when it is not one.</summary>
    public static bool TryParse(string? text, out Cursor cursor)
    {
        cursor = default;
        var dot = text?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        if (dot <= 0
            || !DeviceId.IsValid(text![..dot])
            || !long.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var seq))
        {
            return false;
        }

        cursor = new Cursor(text[..dot], seq);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}.{Seq}");
}

internal sealed class CursorConverter : JsonConverter<Cursor>
{
    public override Cursor Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Cursor.TryParse(reader.GetString(), out var cursor)
            ? cursor
            : throw new JsonException("cursor_invalid: a cursor is sent back as the node gave it");

    public override void Write(Utf8JsonWriter writer, Cursor value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
