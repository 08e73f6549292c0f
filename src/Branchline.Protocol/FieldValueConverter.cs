using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Branchline.Protocol;

/// <summary>Reads and writes one field's value.</summary>
public sealed class FieldValueConverter : JsonConverter<FieldValue>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override FieldValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.Null => FieldValue.Null,
            JsonTokenType.True => FieldValue.Of(true),
            JsonTokenType.False => FieldValue.Of(false),
            JsonTokenType.String => FieldValue.Of(reader.GetString()),
            JsonTokenType.Number => ReadNumber(ref reader),
            JsonTokenType.StartObject or JsonTokenType.StartArray => ReadJson(ref reader),
            _ => throw new JsonException("Expected a value"),
        };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, FieldValue value, JsonSerializerOptions options) => WriteValue(writer, value);

    /// <summary>Writes the value without going through a serializer.</summary>
    public static void WriteValue(Utf8JsonWriter writer, FieldValue value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        switch (value.Kind)
        {
            case FieldValueKind.Null:
                writer.WriteNullValue();
                break;
            case FieldValueKind.Text:
                writer.WriteStringValue(value.AsText);
                break;
            case FieldValueKind.Integer:
                writer.WriteNumberValue(value.AsInteger!.Value);
                break;
            case FieldValueKind.Decimal:
                writer.WriteNumberValue(value.AsDecimal!.Value);
                break;
            case FieldValueKind.Boolean:
                writer.WriteBooleanValue(value.AsBoolean!.Value);
                break;
            case FieldValueKind.Json:
                writer.WriteRawValue(value.AsJson!, skipInputValidation: true);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private static FieldValue ReadNumber(ref Utf8JsonReader reader)
    {
        if (reader.TryGetInt64(out var whole))
        {
            return FieldValue.Of(whole);
        }

        return reader.TryGetDecimal(out var number)
            ? FieldValue.Of(number)
            : throw new JsonException("The number has too many digits");
    }

    private static FieldValue ReadJson(ref Utf8JsonReader reader)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return FieldValue.OfJson(JsonSerializer.Serialize(document.RootElement, ProtocolJson.Default.JsonElement));
    }
}
