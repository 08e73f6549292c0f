using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace Branchline.Server.Gateway.MasterSlave;

/// <summary>A body as JSON in which every text is one: JSON may hold half a character, and bytes that are none, which fail only whoever reads them.</summary>
internal static class SlaveBody
{
    /// <summary>The document. Throws <see cref="JsonException"/>.</summary>
    public static JsonDocument Parse(in ReadOnlySequence<byte> body)
    {
        var bytes = body.ToArray();
        var reader = new Utf8JsonReader(bytes);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && !IsText(ref reader))
            {
                throw new JsonException("A string is no Unicode text", null, null, reader.TokenStartIndex);
            }
        }

        return JsonDocument.Parse(bytes);
    }

    private static bool IsText(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return Utf8.IsValid(reader.ValueSpan);
        }

        try
        {
            return reader.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
