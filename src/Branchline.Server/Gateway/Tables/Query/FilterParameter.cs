using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Store;

namespace Branchline.Server.Gateway.Tables.Query;

/// <summary>
/// One condition of a list as an address says it: <c>status=paid,voided</c>, <c>price[gte]=500</c>. Several values mean any of them;
/// a comma that belongs to a value is written <c>\,</c>. A day stands for the whole day of a timestamp.
/// </summary>
internal sealed record FilterParameter(string Parameter, FieldSchema Field, Comparison Comparison)
{
    public const string Operators = "gte, gt, lte, lt, ne";

    /// <summary>Where days are counted.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Splits <c>price[gte]</c>; null when the brackets hold no operator.</summary>
    public static (string Name, Comparison Comparison)? SplitName(string parameter)
    {
        var bracket = parameter.IndexOf('[', StringComparison.Ordinal);
        if (bracket < 0)
        {
            return (parameter, Comparison.Equal);
        }

        Comparison? comparison = parameter[bracket..] switch
        {
            "[gte]" => Comparison.GreaterOrEqual,
            "[gt]" => Comparison.Greater,
            "[lte]" => Comparison.LessOrEqual,
            "[lt]" => Comparison.Less,
            "[ne]" => Comparison.NotEqual,
            _ => null,
        };
        return comparison is { } known ? (parameter[..bracket], known) : null;
    }

    /// <summary>Values separated by commas or by repeating the parameter; empty ones count as not given.</summary>
    public static List<string> SplitValues(IEnumerable<string?> texts)
    {
        var values = new List<string>();
        foreach (var text in texts)
        {
            if (string.IsNullOrEmpty(text))
            {
                continue;
            }

            var kept = text.Replace("\\,", "\0", StringComparison.Ordinal);
            values.AddRange(kept.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Replace('\0', ',')));
        }

        return values;
    }

    /// <summary>Adds the conditions the parameter stands for, or says what is wrong with it.</summary>
    public Problem? AddTo(List<RowFilter> filters, IReadOnlyList<string> texts)
    {
        if (!IsAllowed())
        {
            return Wrong($"{Field.Name} cannot be compared that way", $"Use {Field.Name}=VALUE or {Field.Name}[ne]=VALUE");
        }

        if (texts.Count > 1 && Comparison is not (Comparison.Equal or Comparison.NotEqual))
        {
            return Wrong("A range takes one value", $"Send {Parameter} once, without a comma");
        }

        return Field.Type == FieldType.Timestamp && QueryValue.TryParseDay(texts[0], out var day)
            ? AddDays(filters, day, texts)
            : AddValues(filters, texts);
    }

    private Problem? AddValues(List<RowFilter> filters, IReadOnlyList<string> texts)
    {
        var values = new FieldValue[texts.Count];
        for (var i = 0; i < values.Length; i++)
        {
            if (QueryValue.Parse(Field, texts[i]) is not { } value || (value.IsNull && Comparison is not (Comparison.Equal or Comparison.NotEqual)))
            {
                return Wrong($"\"{texts[i]}\" is no value of {Field.Name}", "Send " + QueryValue.Describe(Field));
            }

            values[i] = value;
        }

        // "Not a and not b" is two conditions; "a or b" is one.
        filters.AddRange(Comparison == Comparison.NotEqual
            ? values.Select(value => new RowFilter(Field.Name, Comparison, [value]))
            : [new RowFilter(Field.Name, Comparison, values)]);
        return null;
    }

    private Problem? AddDays(List<RowFilter> filters, DateOnly day, IReadOnlyList<string> texts)
    {
        switch (Comparison)
        {
            case Comparison.Equal when texts.FirstOrDefault(text => !QueryValue.TryParseDay(text, out _)) is { } other:
                return Wrong($"\"{other}\" is no day, but the first value is", "Send days such as 2026-11-21, or times, not both");
            case Comparison.NotEqual:
                return Wrong("A time cannot be compared that way with a day", $"Use {Field.Name}[lt] or {Field.Name}[gt]");
            case Comparison.Equal when texts.Count == 1:
                // Two ends can use an index.
                filters.Add(new RowFilter(Field.Name, Comparison.GreaterOrEqual, [StartOf(day)]));
                filters.Add(new RowFilter(Field.Name, Comparison.Less, [EndOf(day)]));
                return null;
            case Comparison.Equal:
                filters.Add(new RowFilter(Field.Name, Comparison.Within, [.. texts.SelectMany(Ends)]));
                return null;
            default:
                filters.Add(Comparison switch
                {
                    Comparison.GreaterOrEqual or Comparison.Less => new RowFilter(Field.Name, Comparison, [StartOf(day)]),
                    Comparison.Greater => new RowFilter(Field.Name, Comparison.GreaterOrEqual, [EndOf(day)]),
                    _ => new RowFilter(Field.Name, Comparison.Less, [EndOf(day)]),
                });
                return null;
        }
    }

    private FieldValue[] Ends(string text) => QueryValue.TryParseDay(text, out var day) ? [StartOf(day), EndOf(day)] : [];

    private FieldValue StartOf(DateOnly day) => QueryValue.StartOf(day, Zone);

    private FieldValue EndOf(DateOnly day) => QueryValue.EndOf(day, Zone);

    private bool IsAllowed() => Field.Type switch
    {
        FieldType.Json => false,
        FieldType.Boolean or FieldType.Enum or FieldType.Ref => Comparison is Comparison.Equal or Comparison.NotEqual,
        _ => true,
    };

    private Problem Wrong(string detail, string remedy) => Problems.ForField(ErrorCodes.ParameterInvalid, Parameter, detail, remedy);
}
