using System.Globalization;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Replication.MasterSlave;

/// <summary>
/// Values as a Laravel row has them, in the form of the wire: booleans are 0 and 1, numbers may be text, times have no zone, lists are text, and references
/// are the other side's own ids. What cannot be read so stays as it is, for the checks to say what is wrong with it.
/// </summary>
internal static class ForeignValue
{
    private const int DayLength = 10;

    /// <summary>The value of a declared field; <paramref name="idOf"/> names the row of a table that the other side calls by an id.</summary>
    public static FieldValue Read(FieldSchema field, JsonElement told, Func<string, string, Guid> idOf) => field.Type switch
    {
        _ when told.ValueKind == JsonValueKind.Null => FieldValue.Null,
        FieldType.Ref when IdText(told) is { Length: > 0 } id => FieldValue.Of(idOf(field.Table!, id).ToString()),
        FieldType.Boolean => Boolean(told),
        FieldType.Integer or FieldType.Money or FieldType.Decimal => Number(told),
        FieldType.Timestamp when TextOf(told) is { } text && ForeignTime.TryParse(text, out var time) => FieldValue.Of(TimestampConverter.Format(time)),
        FieldType.Date when TextOf(told) is { Length: > DayLength } text && ForeignTime.TryParse(text, out _) => FieldValue.Of(text[..DayLength]),
        FieldType.Json when TextOf(told) is { } text => Json(text),
        _ => Plain(told),
    };

    /// <summary>An id: text, or a whole number as Laravel counts them.</summary>
    public static string? IdText(JsonElement told) => told.ValueKind switch
    {
        JsonValueKind.String => told.GetString(),
        JsonValueKind.Number => told.GetRawText(),
        _ => null,
    };

    public static FieldValue Plain(JsonElement told) => told.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => FieldValue.Null,
        JsonValueKind.True => FieldValue.Of(true),
        JsonValueKind.False => FieldValue.Of(false),
        JsonValueKind.String => FieldValue.Of(told.GetString()),
        JsonValueKind.Number when told.TryGetInt64(out var whole) => FieldValue.Of(whole),
        JsonValueKind.Number when told.TryGetDecimal(out var number) => FieldValue.Of(number),
        JsonValueKind.Number => FieldValue.Of(told.GetRawText()),
        _ => FieldValue.OfJson(JsonSerializer.Serialize(told, ProtocolJson.Default.JsonElement)),
    };

    private static FieldValue Boolean(JsonElement told) => IdText(told) switch
    {
        "1" => FieldValue.Of(true),
        "0" => FieldValue.Of(false),
        _ => Plain(told),
    };

    private static FieldValue Number(JsonElement told) =>
        TextOf(told) is { } text && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? FieldValue.Of(number)
            : Plain(told);

    private static FieldValue Json(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Plain(document.RootElement);
        }
        catch (JsonException)
        {
            return FieldValue.Of(text);
        }
    }

    private static string? TextOf(JsonElement told) => told.ValueKind == JsonValueKind.String ? told.GetString() : null;
}
