using Branchline.Protocol.Schema;

namespace Branchline.Server.Schema.Yaml;

/// <summary>Reads the rule of a field that is the sum of a ledger.</summary>
internal sealed class SumReader(TableOutline table, FieldOutline field, SchemaOutline outline, Mistakes mistakes)
{
    private static readonly string[] Keys = ["ledger", "field", "match", "create", "count"];
    private static readonly string[] CountKeys = ["field", "value"];

    private readonly string _path = field.Body.Path;

    public SumRule? Read(Node node)
    {
        if (Section.Open(node, _path, mistakes, Keys) is not { } body || FindLedger(body) is not { } ledger)
        {
            return null;
        }

        var summed = FindField(body.Word("field"), body.Map, ledger, "field: FIELD of the ledger");
        if (summed is { Type: { } type } && field.Type is { } own && type != own)
        {
            mistakes.Add(
                body.Word("field")!, _path,
                $"the sum is {TypeName(own)} but {ledger.Name}.{summed.Name} is {TypeName(type)}", $"give both the type {TypeName(type)}");
        }

        var match = ReadMatch(body, ledger);
        CheckCreate(body, match);
        return new SumRule(
            ledger.Name, summed?.Name ?? "", match, body.Flag("create"),
            body.Find("count") is { } count ? ReadCount(count, ledger) : null);
    }

    private static string TypeName(FieldType type) => FieldOutline.TypeNames[(int)type];

    private TableOutline? FindLedger(Section body)
    {
        var word = body.Word("ledger");
        var ledgers = outline.Tables.Values.Where(other => other.Kind == TableKind.Ledger).Select(other => other.Name).ToList();
        if (word is null)
        {
            mistakes.Add(body.Map, _path, "the sum names no ledger", "write ledger: NAME");
            return null;
        }

        if (!outline.Tables.TryGetValue(word.Text, out var ledger))
        {
            mistakes.AddUnknown(word, _path, "ledger", ledgers);
            return null;
        }

        if (ledger.Kind != TableKind.Ledger)
        {
            mistakes.Add(word, _path, $"{word.Text} is no ledger", $"give it kind: ledger, or use one of {string.Join(", ", ledgers)}");
            return null;
        }

        return ledger;
    }

    private FieldOutline? FindField(Node.Word? word, Node.Map at, TableOutline owner, string remedy)
    {
        if (word is null)
        {
            mistakes.Add(at, _path, "a field's name is missing", "write " + remedy);
            return null;
        }

        if (!owner.Fields.TryGetValue(word.Text, out var found))
        {
            mistakes.AddUnknown(word, _path, $"field of {owner.Name}", [.. owner.Fields.Keys]);
        }

        return found;
    }

    private Dictionary<string, string> ReadMatch(Section body, TableOutline ledger)
    {
        var match = new Dictionary<string, string>(StringComparer.Ordinal);
        var section = body.Find("match") is { } node ? Section.Open(node, _path, mistakes, null) : null;
        foreach (var entry in section?.Entries ?? [])
        {
            var theirs = FindField(section!.Word(entry.Key.Text), section.Map, ledger, "FIELD: FIELD of the ledger");
            if (theirs is not null)
            {
                CheckPair(entry, theirs);
                match[entry.Key.Text] = theirs.Name;
            }
        }

        if (!body.Has("match") || section is { Map.Entries.Count: 0 })
        {
            mistakes.Add(body.Map, _path, "the sum does not say which entries are its own", "write match: { FIELD: FIELD of the ledger }");
        }

        return match;
    }

    // A row made for the first entry knows no more than what it was matched by.
    private void CheckCreate(Section body, Dictionary<string, string> match)
    {
        var unknown = table.Fields.Values.Where(one => one.Required && !one.Body.Has("default") && !match.ContainsKey(one.Name)).ToList();
        if (body.Find("create") is Node.Word { Text: "true" } create && unknown.Count > 0)
        {
            mistakes.Add(
                create, _path, $"a row made for an entry would lack {string.Join(", ", unknown.Select(one => one.Name))}",
                "match every required field, or give it a default");
        }
    }

    // Both sides must be comparable: the same type, and for refs the same table; `id` is a ref to this table.
    private void CheckPair(Entry entry, FieldOutline theirs)
    {
        var name = entry.Key.Text;
        if (name != "id" && !table.Fields.ContainsKey(name))
        {
            mistakes.AddUnknown(entry.Key, _path, $"field of {table.Name}", ["id", .. table.Fields.Keys]);
            return;
        }

        var ours = name == "id" ? $"ref to {table.Name}" : Describe(table.Fields[name]);
        if (ours is not null && Describe(theirs) is { } other && ours != other)
        {
            mistakes.Add(entry.Key, _path, $"{name} is {ours} but the ledger's {theirs.Name} is {other}", "match fields of one type");
        }
    }

    private static string? Describe(FieldOutline one) => one.Type switch
    {
        null => null,
        FieldType.Ref => $"ref to {(one.Body.Find("table") as Node.Word)?.Text}",
        { } type => TypeName(type),
    };

    private CountRule? ReadCount(Node node, TableOutline ledger)
    {
        if (Section.Open(node, _path, mistakes, CountKeys) is not { } body)
        {
            return null;
        }

        var kind = FindField(body.Word("field"), body.Map, ledger, "field: FIELD of the ledger");
        var value = body.Word("value");
        if (value is null)
        {
            mistakes.Add(body.Map, _path, "the count names no value", "write value: WORD");
        }
        else if (kind is { Type: FieldType.Enum } && !kind.Values.Contains(value.Text))
        {
            mistakes.AddUnknown(value, _path, $"value of {ledger.Name}.{kind.Name}", kind.Values);
        }
        else if (kind is { Type: not (null or FieldType.Enum or FieldType.Text) })
        {
            mistakes.Add(body.Map, _path, $"{ledger.Name}.{kind.Name} is no enum", "name an enum field of the ledger");
        }

        return new CountRule(kind?.Name ?? "", value?.Text ?? "");
    }
}
