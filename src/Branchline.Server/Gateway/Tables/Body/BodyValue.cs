using System.Text.Json;
using Branchline.Protocol;

namespace Branchline.Server.Gateway.Tables.Body;

/// <summary>One member's value in a body.</summary>
internal static class BodyValue
{
    private static readonly JsonDocumentOptions OnceEach = new() { AllowDuplicateProperties = false };

    /// <summary>The value the reader stands on; null for a number with more digits than any field holds.</summary>
    public static FieldValue? Read(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => FieldValue.Null,
        JsonTokenType.True => FieldValue.Of(true),
        JsonTokenType.False => FieldValue.Of(false),
        JsonTokenType.String => FieldValue.Of(reader.GetString()),
        JsonTokenType.Number => ReadNumber(ref reader),
        _ => ReadNested(ref reader),
    };

    private static FieldValue? ReadNumber(ref Utf8JsonReader reader)
    {
        if (reader.TryGetInt64(out var whole))
        {
            return FieldValue.Of(whole);
        }

        return reader.TryGetDecimal(out var number) ? FieldValue.Of(number) : null;
    }

    /// <summary>Objects and lists are kept without spaces; a member that occurs twice is refused in them, too.</summary>
    private static FieldValue ReadNested(ref Utf8JsonReader reader)
    {
        using var form = JsonDocument.ParseValue(ref reader);
        var text = JsonSerializer.Serialize(form.RootElement, ProtocolJson.Default.JsonElement);
        using var checkedForm = JsonDocument.Parse(text, OnceEach);
        return FieldValue.OfJson(text);
    }
}
