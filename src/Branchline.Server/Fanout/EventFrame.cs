// Written by hand: one event is encoded once for every subscriber of its channel (measured by the fan-out benchmark).
using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Feed;

namespace Branchline.Server.Fanout;

/// <summary>
/// What an event tells, as JSON. Escaped as little as JSON allows: the default encoder would write every quote as six characters.
/// </summary>
internal static class EventFrame
{
    private const int UsualSize = 256;

    private static readonly JsonWriterOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>What an event tells of a row: its id and the fields the rule lets travel; a field without a value is null.</summary>
    public static ReadOnlyMemory<byte> Payload(EventRule rule, CommittedChange change)
    {
        var buffer = new ArrayBufferWriter<byte>(UsualSize);
        using var json = new Utf8JsonWriter(buffer, Plain);
        json.WriteStartObject();
        json.WriteString("id"u8, change.Id);
        foreach (var field in rule.Fields)
        {
            if (field != "id")
            {
                json.WritePropertyName(field);
                FieldValueConverter.WriteValue(json, change.Row?.GetValueOrDefault(field) ?? FieldValue.Null);
            }
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
