using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Branchline.Protocol;

/// <summary>Names one device for life: 1 to 64 characters of <c>a-z 0-9 -</c>. Two installs on one phone are two devices.</summary>
[JsonConverter(typeof(DeviceIdConverter))]
public readonly record struct DeviceId(string Value)
{
    private const int LongestName = 64;

    /// <summary>Whether the text may name a device.</summary>
    public static bool IsValid([NotNullWhen(true)] string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > LongestName)
        {
            return false;
        }

        foreach (var character in text)
        {
            if (character is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-'))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}

internal sealed class DeviceIdConverter : JsonConverter<DeviceId>
{
    public override DeviceId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return DeviceId.IsValid(text)
            ? new DeviceId(text)
            : throw new JsonException("A device id is 1 to 64 characters of a-z, 0-9 and hyphen");
    }

    public override void Write(Utf8JsonWriter writer, DeviceId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
