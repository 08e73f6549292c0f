using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Branchline.Protocol;

namespace Branchline.Client.Replica;

/// <summary>A row's fields as they are kept: a JSON object without what is null.</summary>
internal static class FieldsJson
{
    private const int DeepestJson = 96;
    private static readonly FieldValueConverter Values = new();
    private static readonly JsonReaderOptions Reading = new() { MaxDepth = DeepestJson };
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = DeepestJson };

    public static Dictionary<string, FieldValue> Read(ReadOnlySpan<byte> json)
    {
        var fields = new Dictionary<string, FieldValue>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json, Reading);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            fields[name] = Values.Read(ref reader, typeof(FieldValue), ProtocolJson.Default.Options);
        }

        return fields;
    }

    public static ReadOnlyMemory<byte> Write(IEnumerable<KeyValuePair<string, FieldValue>> fields, Guid? id = null)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer, Writing);
        json.WriteStartObject();
        if (id is { } known)
        {
            json.WriteString("id"u8, known);
        }

        foreach (var (name, value) in fields)
        {
            if (!value.IsNull)
            {
                json.WritePropertyName(name);
                FieldValueConverter.WriteValue(json, value);
            }
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
