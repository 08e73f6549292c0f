using System.Globalization;
using System.Text.Json;
using Branchline.Protocol;

namespace Branchline.Merchant.Demo.Telling;

/// <summary>A field's value written the way C# writes it, so that a row of the demo reads as a list of plain values.</summary>
internal readonly record struct Cell(FieldValue Value)
{
    public static implicit operator Cell(string? text) => new(FieldValue.Of(text));

    public static implicit operator Cell(long number) => new(FieldValue.Of(number));

    public static implicit operator Cell(long? number) => new(number is { } known ? FieldValue.Of(known) : FieldValue.Null);

    public static implicit operator Cell(decimal number) => new(FieldValue.Of(number));

    public static implicit operator Cell(bool value) => new(FieldValue.Of(value));

    public static implicit operator Cell(Guid id) => new(FieldValue.Of(id.ToString()));

    public static implicit operator Cell(Guid? id) => new(FieldValue.Of(id?.ToString()));

    public static implicit operator Cell(DateOnly day) =>
        new(FieldValue.Of(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));

    public static implicit operator Cell(DateOnly? day) => day is { } known ? known : default(Cell);

    public static implicit operator Cell(DateTimeOffset time) =>
        new(FieldValue.Of(TimestampConverter.Format(time)));

    /// <summary>An object or list as JSON.</summary>
    public static Cell Json(object content) => new(FieldValue.OfJson(JsonSerializer.Serialize(content)));
}
