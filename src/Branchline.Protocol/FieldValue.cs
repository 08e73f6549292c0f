using System.Globalization;
using System.Text.Json.Serialization;

namespace Branchline.Protocol;

/// <summary>Which of the wire's forms a <see cref="FieldValue"/> has.</summary>
public enum FieldValueKind
{
    /// <summary>JSON null.</summary>
    Null,

    /// <summary>A string: text, enum, ref, date, timestamp, file.</summary>
    Text,

    /// <summary>A whole number: integer, money.</summary>
    Integer,

    /// <summary>A number with digits after the point.</summary>
    Decimal,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>An object or a list, kept as its JSON text.</summary>
    Json,
}

/// <summary>One field's value as it travels. Immutable; two values are equal when kind and content are.</summary>
[JsonConverter(typeof(FieldValueConverter))]
public readonly record struct FieldValue
{
    // Dividing by it drops a decimal's trailing zeros.
    private const decimal One = 1.000000000000000000000000000m;

    private readonly object? _content;
    private readonly long _number;

    private FieldValue(FieldValueKind kind, object? content, long number)
    {
        Kind = kind;
        _content = content;
        _number = number;
    }

    /// <summary>The form; the default value is null.</summary>
    public FieldValueKind Kind { get; }

    /// <summary>JSON null.</summary>
    public static FieldValue Null => default;

    /// <summary>Whether this is JSON null.</summary>
    public bool IsNull => Kind == FieldValueKind.Null;

    /// <summary>The string, or null when the value is no string.</summary>
    public string? AsText => Kind == FieldValueKind.Text ? (string?)_content : null;

    /// <summary>The JSON text of an object or list, or null when it is neither.</summary>
    public string? AsJson => Kind == FieldValueKind.Json ? (string?)_content : null;

    /// <summary>The whole number, or null when the value is none.</summary>
    public long? AsInteger => Kind == FieldValueKind.Integer ? _number : null;

    /// <summary>The number, whole or not, or null when the value is none.</summary>
    public decimal? AsDecimal => Kind switch
    {
        FieldValueKind.Integer => _number,
        FieldValueKind.Decimal => (decimal?)_content,
        _ => null,
    };

    /// <summary>true or false, or null when the value is neither.</summary>
    public bool? AsBoolean => Kind == FieldValueKind.Boolean ? _number != 0 : null;

    /// <summary>A string value; null makes <see cref="Null"/>.</summary>
    public static FieldValue Of(string? text) => text is null ? Null : new FieldValue(FieldValueKind.Text, text, 0);

    /// <summary>A whole number.</summary>
    public static FieldValue Of(long number) => new(FieldValueKind.Integer, null, number);

    /// <summary>
    /// A number without zeros at its end: equal numbers are equal text. One without digits after the point becomes a whole number
    /// where it fits.
    /// </summary>
    public static FieldValue Of(decimal number) =>
        decimal.IsInteger(number) && number is >= long.MinValue and <= long.MaxValue
            ? Of((long)number)
            : new FieldValue(FieldValueKind.Decimal, number / One, 0);

    /// <summary>true or false.</summary>
    public static FieldValue Of(bool value) => new(FieldValueKind.Boolean, null, value ? 1 : 0);

    /// <summary>An object or list from its JSON text, which must be well-formed.</summary>
    public static FieldValue OfJson(string json) => new(FieldValueKind.Json, json, 0);

    /// <summary>The value as a person would read it.</summary>
    public override string ToString() => Kind switch
    {
        FieldValueKind.Null => "null",
        FieldValueKind.Integer => _number.ToString(CultureInfo.InvariantCulture),
        FieldValueKind.Decimal => ((decimal)_content!).ToString(CultureInfo.InvariantCulture),
        FieldValueKind.Boolean => _number != 0 ? "true" : "false",
        _ => (string)_content!,
    };
}
