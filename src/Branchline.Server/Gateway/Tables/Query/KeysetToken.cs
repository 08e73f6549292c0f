using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Store;

namespace Branchline.Server.Gateway.Tables.Query;

/// <summary>
/// Where a page of a list ends, as <c>?after=</c> carries it: the sort order and the last row's values in it, then its id.
/// Callers send it back as they got it.
/// </summary>
internal static class KeysetToken
{
    public static string Encode(IReadOnlyList<RowSort> sort, StoredRow last)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            json.WriteStringValue(Describe(sort));
            foreach (var key in sort.Where(key => key.Field != RestTable.Id))
            {
                FieldValueConverter.WriteValue(json, last.Fields.GetValueOrDefault(key.Field));
            }

            json.WriteStringValue(last.Id);
            json.WriteEndArray();
        }

        return Base64Url.EncodeToString(buffer.WrittenSpan);
    }

    /// <summary>The values to go on after, or null when the token is not one of this order.</summary>
    public static IReadOnlyList<FieldValue>? Decode(IReadOnlyList<RowSort> sort, string token)
    {
        try
        {
            var values = Read(Base64Url.DecodeFromChars(token));
            return values.Count == sort.Count(key => key.Field != RestTable.Id) + 2
                && values[0].AsText == Describe(sort)
                && Guid.TryParseExact(values[^1].AsText, "D", out _)
                ? values[1..]
                : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static List<FieldValue> Read(byte[] json)
    {
        var values = new List<FieldValue>();
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return values;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            values.Add(JsonSerializer.Deserialize(ref reader, ProtocolJson.Default.FieldValue));
        }

        return values;
    }

    private static string Describe(IReadOnlyList<RowSort> sort)
    {
        var text = new StringBuilder();
        foreach (var key in sort)
        {
            text.Append(key.Descending ? '-' : '+').Append(key.Field);
        }

        return text.ToString();
    }
}
