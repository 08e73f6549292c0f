using Branchline.Protocol;
using Branchline.Protocol.Checks;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Schema.Yaml;

/// <summary>Reads one field and fills in its defaults.</summary>
internal sealed class FieldReader(TableOutline table, FieldOutline field, FieldType type, SchemaOutline outline, Mistakes mistakes)
{
    public static readonly string[] Keys =
    [
        "type", "label", "required", "default", "unique", "index", "search", "min", "max", "scale", "values", "table", "merge",
        "group", "sum",
    ];

    private const int LongestText = 2000;
    private const int UsualScale = 4;
    private const int FinestScale = 8;

    // Which types a key makes sense for; keys not listed suit every type.
    private static readonly Dictionary<string, FieldType[]> Suits = new(StringComparer.Ordinal)
    {
        ["search"] = [FieldType.Text],
        ["min"] = [FieldType.Integer, FieldType.Decimal, FieldType.Money],
        ["max"] = [FieldType.Integer, FieldType.Decimal, FieldType.Money, FieldType.Text, FieldType.File],
        ["scale"] = [FieldType.Decimal],
        ["values"] = [FieldType.Enum],
        ["table"] = [FieldType.Ref],
        ["sum"] = [FieldType.Integer, FieldType.Decimal, FieldType.Money],
    };

    private static readonly string[] NotWithSum = ["required", "default", "unique", "search", "max", "merge", "group"];

    private readonly Section _body = field.Body;

    public FieldSchema Read()
    {
        CheckKeys();
        var schema = new FieldSchema
        {
            Name = field.Name,
            Type = type,
            Label = _body.Text("label") ?? DefaultLabel(),
            Required = _body.Flag("required"),
            Unique = _body.Find("unique") is Node.Word && _body.Flag("unique"),
            Index = _body.Flag("index") || type == FieldType.Ref || _body.Find("unique") is Node.Word { Text: "true" },
            Search = _body.Flag("search"),
            Scale = type == FieldType.Decimal ? ReadScale() : null,
            Values = type == FieldType.Enum ? ReadValues() : null,
            Table = type == FieldType.Ref ? ReadTarget() : null,
            Merge = _body.Has("sum") ? MergePolicy.ServerOnly : MergeReader.Read(_body, type, mistakes),
            Group = _body.Text("group"),
            Sum = _body.Find("sum") is { } sum && Suits["sum"].Contains(type) ? new SumReader(table, field, outline, mistakes).Read(sum) : null,
        };
        return WithDefault(WithLimits(schema));
    }

    private void CheckKeys()
    {
        foreach (var entry in _body.Entries)
        {
            var key = entry.Key.Text;
            if (Suits.TryGetValue(key, out var types) && !types.Contains(type))
            {
                var names = string.Join(", ", types.Select(one => FieldOutline.TypeNames[(int)one]));
                mistakes.Add(
                    entry.Key, _body.Path, $"{key} does not suit a field of type {FieldOutline.TypeNames[(int)type]}",
                    $"leave it out; it is for {names}");
            }
            else if (_body.Has("sum") && NotWithSum.Contains(key))
            {
                mistakes.Add(entry.Key, _body.Path, $"a sum is kept by the node and cannot have {key}", "leave it out");
            }
        }
    }

    private string DefaultLabel() =>
        Names.InWords(type == FieldType.Ref && field.Name.EndsWith("_id", StringComparison.Ordinal) ? field.Name[..^3] : field.Name);

    private int ReadScale()
    {
        var scale = _body.Number("scale") ?? UsualScale;
        if (decimal.IsInteger(scale) && scale is >= 0 and <= FinestScale)
        {
            return (int)scale;
        }

        mistakes.Add(_body.Find("scale")!, _body.Path, $"scale cannot be {scale}", $"write a whole number from 0 to {FinestScale}");
        return UsualScale;
    }

    private List<string> ReadValues()
    {
        var words = _body.Words("values");
        if (words is null or [])
        {
            mistakes.Add(_body.Find("values") ?? field.At, _body.Path, "the enum has no values", "write values: [WORD, WORD]");
        }

        foreach (var word in words?.Where(word => string.IsNullOrWhiteSpace(word.Text)) ?? [])
        {
            mistakes.Add(word, _body.Path, "a value of an enum cannot be blank", "leave it out; a field that is not required may be empty");
        }

        return [.. words?.Select(word => word.Text) ?? []];
    }

    private string ReadTarget()
    {
        var target = _body.Word("table");
        if (target is null)
        {
            mistakes.Add(field.At, _body.Path, "the ref names no table", "write table: NAME");
            return "";
        }

        if (!outline.Tables.ContainsKey(target.Text))
        {
            mistakes.AddUnknown(target, _body.Path, "table", [.. outline.Tables.Keys]);
        }

        return target.Text;
    }

    private FieldSchema WithLimits(FieldSchema schema)
    {
        var isText = type is FieldType.Text or FieldType.File;
        var min = ReadLimit("min");
        var max = ReadLimit("max") ?? (isText ? LongestText : null);
        if (max < (isText ? 1 : min))
        {
            var remedy = isText ? "allow at least one character" : "write the smaller number as min";
            mistakes.Add(_body.Find("max")!, _body.Path, isText ? $"max cannot be {max}" : $"max {max} is below min {min}", remedy);
        }

        return schema with { Min = min, Max = max };
    }

    private decimal? ReadLimit(string key)
    {
        if (!Suits[key].Contains(type) || _body.Number(key) is not { } limit)
        {
            return null;
        }

        if (type != FieldType.Decimal && !decimal.IsInteger(limit))
        {
            mistakes.Add(_body.Find(key)!, _body.Path, $"{key} cannot be {limit}", "write a whole number");
        }

        return FieldValue.Of(limit).AsDecimal;
    }

    private FieldSchema WithDefault(FieldSchema schema)
    {
        if (_body.Find("default") is not { } node || _body.Has("sum"))
        {
            return schema;
        }

        if (node is Node.Word { IsNull: true })
        {
            mistakes.Add(node, _body.Path, "null is no default", "leave it out; a field without a default begins empty");
            return schema;
        }

        var value = DefaultValue.Read(node, type);
        if (FieldDefaults.IsMoment(type, value))
        {
            return schema with { Default = value };
        }

        var error = FieldChecks.Check(table.Name, schema, value, out var normal);
        if (error is not null)
        {
            mistakes.Add(node, _body.Path, $"the default does not suit: {error.Reason}", LowerFirst(error.Remedy));
        }

        return schema with { Default = normal };
    }

    private static string LowerFirst(string text) => char.ToLowerInvariant(text[0]) + text[1..];
}
