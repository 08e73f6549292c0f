using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Branchline.Protocol;

/// <summary>
/// Hybrid logical clock of a write: decides merges, never used as a cursor. Text form
/// <c>TTTTTTTTTTTTCCCC-DEVICE</c>: 12 hex digits of milliseconds since 1970, 4 of a counter; ordinal text order is stamp order.
/// </summary>
[JsonConverter(typeof(StampConverter))]
public readonly record struct Stamp(long Milliseconds, int Counter, DeviceId Device) : IComparable<Stamp>
{
    private const int TimeDigits = 12;
    private const int ClockDigits = 16;

    /// <summary>The highest counter within one millisecond.</summary>
    public const int MaxCounter = 0xFFFF;

    /// <summary>Reads the text form; false when it is not one.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Stamp stamp)
    {
        stamp = default;
        if (text.Length < ClockDigits + 2 || text[ClockDigits] != '-')
        {
            return false;
        }

        var device = text[(ClockDigits + 1)..].ToString();
        if (!DeviceId.IsValid(device)
            || !IsLowerHex(text[..ClockDigits])
            || !long.TryParse(text[..TimeDigits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var milliseconds)
            || !int.TryParse(text[TimeDigits..ClockDigits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var counter))
        {
            return false;
        }

        stamp = new Stamp(milliseconds, counter, new DeviceId(device));
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(Stamp other)
    {
        var byTime = Milliseconds.CompareTo(other.Milliseconds);
        if (byTime != 0)
        {
            return byTime;
        }

        var byCounter = Counter.CompareTo(other.Counter);
        return byCounter != 0 ? byCounter : string.CompareOrdinal(Device.Value, other.Device.Value);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Milliseconds:x12}{Counter:x4}-{Device.Value}");

    /// <summary>Older first.</summary>
    public static bool operator <(Stamp left, Stamp right) => left.CompareTo(right) < 0;

    /// <summary>Newer first.</summary>
    public static bool operator >(Stamp left, Stamp right) => left.CompareTo(right) > 0;

    /// <summary>Older or equal.</summary>
    public static bool operator <=(Stamp left, Stamp right) => left.CompareTo(right) <= 0;

    /// <summary>Newer or equal.</summary>
    public static bool operator >=(Stamp left, Stamp right) => left.CompareTo(right) >= 0;

    private static bool IsLowerHex(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiHexDigitLower(character))
            {
                return false;
            }
        }

        return true;
    }
}

internal sealed class StampConverter : JsonConverter<Stamp>
{
    public override Stamp Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Stamp.TryParse(reader.GetString(), out var stamp)
            ? stamp
            : throw new JsonException("A stamp is 16 lower-case hex digits, a hyphen and the device's id");

    public override void Write(Utf8JsonWriter writer, Stamp value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
