using System.Globalization;
using Branchline.Protocol;
using Branchline.Protocol.Checks;
using Branchline.Protocol.Schema;
using Branchline.Server.Schema;

namespace Branchline.Server.Gateway.Tables.Query;

/// <summary>A field's value as it stands in an address.</summary>
internal static class QueryValue
{
    /// <summary>Stands for an empty field, except in a text.</summary>
    public const string NoValue = "null";

    private const string DayForm = "yyyy-MM-dd";

    /// <summary>The value, or null when the text is none of the field's type.</summary>
    public static FieldValue? Parse(FieldSchema field, string text) => field.Type switch
    {
        not (FieldType.Text or FieldType.File) when text == NoValue => FieldValue.Null,
        FieldType.Integer or FieldType.Money =>
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? FieldValue.Of(whole) : null,
        FieldType.Decimal =>
            decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                ? FieldValue.Of(number)
                : null,
        FieldType.Boolean => text switch
        {
            "true" or "1" => FieldValue.Of(true),
            "false" or "0" => FieldValue.Of(false),
            _ => null,
        },
        FieldType.Date => Moments.IsDate(text) ? FieldValue.Of(text) : null,
        FieldType.Timestamp => Moments.Normalise(text) is { } time ? FieldValue.Of(time) : null,
        FieldType.Enum => field.Values?.Contains(text) == true ? FieldValue.Of(text) : null,
        FieldType.Ref => Guid.TryParseExact(text, "D", out var id) ? FieldValue.Of(id.ToString("D")) : null,
        FieldType.Text or FieldType.File => FieldValue.Of(text),
        _ => null,
    };

    public static bool TryParseDay(string text, out DateOnly day) =>
        DateOnly.TryParseExact(text, DayForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    /// <summary>The first moment of the day in the zone.</summary>
    public static FieldValue StartOf(DateOnly day, TimeZoneInfo zone) => FieldValue.Of(TimestampConverter.Format(BranchTime.StartOf(day, zone)));

    /// <summary>The first moment after the day.</summary>
    public static FieldValue EndOf(DateOnly day, TimeZoneInfo zone) =>
        day < DateOnly.MaxValue ? StartOf(day.AddDays(1), zone) : FieldValue.Of("9999-12-31T24:00:00.000Z");

    /// <summary>What the field's values look like, for a person who sent something else.</summary>
    public static string Describe(FieldSchema field) => field.Type switch
    {
        FieldType.Integer => "a whole number",
        FieldType.Money => "a whole number of the currency's smallest unit",
        FieldType.Decimal => "a number such as 2.5",
        FieldType.Boolean => "true or false",
        FieldType.Date => "a day such as 2026-11-21",
        FieldType.Timestamp => "a day such as 2026-11-21 or a time such as 2026-11-21T08:00:00.000Z",
        FieldType.Enum => "one of " + string.Join(", ", field.Values ?? []),
        FieldType.Ref => "the id (a UUID) of a row of " + field.Table,
        _ => "text",
    };
}
