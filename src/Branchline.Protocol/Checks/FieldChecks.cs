using System.Diagnostics;
using System.Globalization;
using Branchline.Protocol.Schema;

namespace Branchline.Protocol.Checks;

/// <summary>
/// Checks one value against its field and brings it to the form of the wire (docs/reference/protocol.md, Values):
/// ids in lower case, times in UTC to the millisecond. A value in that form is given back as it is.
/// </summary>
internal static class FieldChecks
{
    /// <summary>What a JavaScript number holds exactly: 2^53 - 1.</summary>
    private const long LargestWhole = 9_007_199_254_740_991;

    private const int IdLength = 36;
    private const int UsualLongest = 2000;
    private const int DeepestJson = 64;
    private const int UsualScale = 4;

    /// <summary>Null when the value will do; <paramref name="normal"/> is then what to keep.</summary>
    public static CheckError? Check(string table, FieldSchema field, FieldValue value, out FieldValue normal)
    {
        normal = value;
        if (value.IsNull)
        {
            return FindMissing(table, field);
        }

        return field.Type switch
        {
            FieldType.Text or FieldType.File => CheckText(table, field, value),
            FieldType.Enum => CheckEnum(table, field, value),
            FieldType.Ref => CheckRef(table, field, ref normal),
            FieldType.Integer or FieldType.Money => CheckWhole(table, field, value),
            FieldType.Decimal => CheckDecimal(table, field, value),
            FieldType.Boolean => value.Kind == FieldValueKind.Boolean ? null : WrongType(table, field, value, "true or false"),
            FieldType.Date => CheckDate(table, field, value),
            FieldType.Timestamp => CheckTimestamp(table, field, ref normal),
            FieldType.Json => CheckJson(table, field, value),
            _ => throw new UnreachableException(),
        };
    }

    private static CheckError? FindMissing(string table, FieldSchema field) =>
        field.Required ? Refuse(ErrorCodes.Required, table, field, "is required", $"Send a {field.Name}") : null;

    private static CheckError? CheckText(string table, FieldSchema field, FieldValue value)
    {
        if (value.AsText is not { } text)
        {
            return WrongType(table, field, value, "a text in quotes");
        }

        if (FindBadCharacter(text) is { } bad)
        {
            return Refuse(ErrorCodes.WrongType, table, field, bad, "Send Unicode text without it");
        }

        if (field.Required && string.IsNullOrWhiteSpace(text))
        {
            return FindMissing(table, field);
        }

        var longest = (int)(field.Max ?? UsualLongest);
        if (text.Length <= longest)
        {
            return null;
        }

        var length = CountCharacters(text);
        return length <= longest
            ? null
            : Refuse(
                ErrorCodes.TooLong, table, field, $"has {length} characters, {longest} are allowed", $"Shorten it to {longest} characters");
    }

    private static CheckError? CheckEnum(string table, FieldSchema field, FieldValue value)
    {
        if (value.AsText is { } text && field.Values?.Contains(text) == true)
        {
            return null;
        }

        var remedy = "one of " + string.Join(", ", field.Values ?? []);
        return value.Kind == FieldValueKind.Text
            ? Refuse(ErrorCodes.NotInEnum, table, field, $"cannot be {Quote(value)}", "Use " + remedy)
            : WrongType(table, field, value, remedy);
    }

    private static CheckError? CheckRef(string table, FieldSchema field, ref FieldValue normal)
    {
        if (normal.AsText is not { } text || !IsId(text))
        {
            return WrongType(table, field, normal, $"the id of a row of {field.Table}");
        }

        if (text.AsSpan().IndexOfAnyInRange('A', 'F') >= 0)
        {
            normal = FieldValue.Of(text.ToLowerInvariant());
        }

        return null;
    }

    // The platform's own parser is more generous: it takes spaces around an id, and signs inside it.
    private static bool IsId(string text)
    {
        if (text.Length != IdLength)
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (i is 8 or 13 or 18 or 23 ? text[i] != '-' : !char.IsAsciiHexDigit(text[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static CheckError? CheckWhole(string table, FieldSchema field, FieldValue value)
    {
        if (value.AsInteger is not { } number || number is < -LargestWhole or > LargestWhole)
        {
            return WrongType(table, field, value, field.Type == FieldType.Money
                ? "a whole number of the currency's smallest unit, at most 9007199254740991"
                : "a whole number, at most 9007199254740991");
        }

        return CheckLimits(table, field, number);
    }

    private static CheckError? CheckDecimal(string table, FieldSchema field, FieldValue value)
    {
        if (value.AsDecimal is not { } number || number is < -LargestWhole or > LargestWhole)
        {
            return WrongType(table, field, value, "a number, at most 9007199254740991");
        }

        var scale = field.Scale ?? UsualScale;
        return number.Scale <= scale
            ? CheckLimits(table, field, number)
            : Refuse(
                ErrorCodes.OutOfRange, table, field, $"has more than {scale} digits after the point", $"Round it to {scale} digits");
    }

    private static CheckError? CheckLimits(string table, FieldSchema field, decimal number)
    {
        if (number < field.Min)
        {
            return Refuse(ErrorCodes.OutOfRange, table, field, $"cannot be {Text(number)}", $"Send at least {Text(field.Min.Value)}");
        }

        return number > field.Max
            ? Refuse(ErrorCodes.OutOfRange, table, field, $"cannot be {Text(number)}", $"Send at most {Text(field.Max.Value)}")
            : null;
    }

    private static CheckError? CheckDate(string table, FieldSchema field, FieldValue value) =>
        value.AsText is { } text && Moments.IsDate(text) ? null : WrongType(table, field, value, "a day as in \"2026-11-21\"");

    private static CheckError? CheckTimestamp(string table, FieldSchema field, ref FieldValue normal)
    {
        if (normal.AsText is not { } text || Moments.Normalise(text) is not { } time)
        {
            return WrongType(table, field, normal, "a time with its offset as in \"2026-11-21T08:00:00.000Z\"");
        }

        normal = ReferenceEquals(time, text) ? normal : FieldValue.Of(time);
        return null;
    }

    private static CheckError? CheckJson(string table, FieldSchema field, FieldValue value)
    {
        if (field.Merge == MergePolicy.SetUnion && value.AsJson?.StartsWith('[') != true)
        {
            return WrongType(table, field, value, "a list");
        }

        if (value.AsText is { } text && FindBadCharacter(text) is { } bad)
        {
            return Refuse(ErrorCodes.WrongType, table, field, bad, "Send Unicode text without it");
        }

        return value.AsJson is null || Depth(value.AsJson) <= DeepestJson
            ? null
            : Refuse(ErrorCodes.OutOfRange, table, field, $"is more than {DeepestJson} levels deep", "Nest it less");
    }

    // Lists and objects one inside the other; brackets inside strings do not count.
    private static int Depth(string json)
    {
        var (depth, deepest, inString) = (0, 0, false);
        for (var i = 0; i < json.Length; i++)
        {
            switch (json[i])
            {
                case '\\':
                    i++;
                    break;
                case '"':
                    inString = !inString;
                    break;
                case '[' or '{' when !inString:
                    deepest = Math.Max(deepest, ++depth);
                    break;
                case ']' or '}' when !inString:
                    depth--;
                    break;
                default:
                    break;
            }
        }

        return deepest;
    }

    private static string? FindBadCharacter(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return "contains the character NUL";
        }

        for (var i = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF'); i >= 0 && i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                {
                    return "contains half a character (a lone surrogate)";
                }

                i++;
            }
        }

        return null;
    }

    // Unicode scalar values: an emoji of two UTF-16 units counts once.
    private static int CountCharacters(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }

    private static CheckError WrongType(string table, FieldSchema field, FieldValue value, string expected) =>
        Refuse(ErrorCodes.WrongType, table, field, $"cannot be {Quote(value)}", "Send " + expected);

    private static CheckError Refuse(string code, string table, FieldSchema field, string what, string remedy) =>
        new(code, $"{table}.{field.Name} {what}", table, field.Name, remedy);

    private static string Quote(FieldValue value)
    {
        const int Longest = 40;
        var text = value.ToString();
        var shown = text.Length <= Longest ? text : text[..(Longest - (char.IsHighSurrogate(text[Longest - 1]) ? 1 : 0))] + "…";
        return value.Kind == FieldValueKind.Text ? $"\"{shown}\"" : shown;
    }

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);
}
