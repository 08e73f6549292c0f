using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Branchline.Protocol;

/// <summary>Times on the wire: UTC with exactly three digits of a second, <c>2026-11-21T08:00:00.000Z</c>.</summary>
public sealed class TimestampConverter : JsonConverter<DateTimeOffset>
{
    // 2026-11-21T08:00:00.0000000Z is what the platform writes without looking at a pattern.
    private const int Digits = 23;

    /// <summary>The wire form of a time.</summary>
    public static string Format(DateTimeOffset time) => string.Create(Digits + 1, time.UtcDateTime, static (text, moment) =>
    {
        Span<char> whole = stackalloc char[28];
        moment.TryFormat(whole, out _, "O", CultureInfo.InvariantCulture);
        whole[..Digits].CopyTo(text);
        text[Digits] = 'Z';
    });

    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Format(value));
}
