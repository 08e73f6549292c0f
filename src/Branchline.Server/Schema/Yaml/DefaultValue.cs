using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Schema.Yaml;

/// <summary>A default as it stands in a file becomes a value of the field's type, where it can.</summary>
internal static class DefaultValue
{
    private static readonly JsonWriterOptions AsWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static FieldValue Read(Node node, FieldType type)
    {
        if (node is not Node.Word word)
        {
            return ReadJson(node);
        }

        return type switch
        {
            FieldType.Boolean or FieldType.Integer or FieldType.Decimal or FieldType.Money or FieldType.Json => Plain(word),
            _ => FieldValue.Of(word.Text),
        };
    }

    // YAML's own reading of a word without quotes.
    private static FieldValue Plain(Node.Word word)
    {
        if (!word.Plain)
        {
            return FieldValue.Of(word.Text);
        }

        if (word.IsNull)
        {
            return FieldValue.Null;
        }

        if (word.Text is "true" or "false")
        {
            return FieldValue.Of(word.Text == "true");
        }

        return decimal.TryParse(word.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? FieldValue.Of(number)
            : FieldValue.Of(word.Text);
    }

    private static FieldValue ReadJson(Node node)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, AsWritten))
        {
            Write(json, node);
        }

        return FieldValue.OfJson(Encoding.UTF8.GetString(stream.ToArray()));
    }

    private static void Write(Utf8JsonWriter json, Node node)
    {
        switch (node)
        {
            case Node.List list:
                json.WriteStartArray();
                foreach (var item in list.Items)
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            case Node.Map map:
                json.WriteStartObject();
                foreach (var entry in map.Entries)
                {
                    json.WritePropertyName(entry.Key.Text);
                    Write(json, entry.Value);
                }

                json.WriteEndObject();
                break;
            default:
                FieldValueConverter.WriteValue(json, Plain((Node.Word)node));
                break;
        }
    }
}
