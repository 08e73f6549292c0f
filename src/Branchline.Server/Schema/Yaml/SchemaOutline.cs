using Branchline.Protocol.Schema;

namespace Branchline.Server.Schema.Yaml;

/// <summary>
/// What the files declare, read before anything is checked that looks from one table to another:
/// every table with its fields' types.
/// </summary>
internal sealed class SchemaOutline
{
    private static readonly string[] FileKeys = ["feature", "tables"];

    private readonly Dictionary<string, TableOutline> _tables = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, TableOutline> Tables => _tables;

    public static SchemaOutline Read(IReadOnlyDictionary<string, string> files, Mistakes mistakes)
    {
        var outline = new SchemaOutline();
        foreach (var (name, text) in files)
        {
            if (YamlFile.Read(name, text, mistakes) is { } map)
            {
                outline.ReadFile(Section.Open(map, "", mistakes, FileKeys)!, mistakes);
            }
        }

        return outline;
    }

    private void ReadFile(Section file, Mistakes mistakes)
    {
        var feature = file.Word("feature");
        if (feature is null)
        {
            mistakes.Add(file.Map, "", "the file has no feature", "write feature: NAME");
        }
        else
        {
            Names.CheckForm(feature, "feature", mistakes);
        }

        if (file.Find("tables") is not { } node)
        {
            mistakes.Add(file.Map, "", "the file declares no tables", "write tables: and below it each table's name");
            return;
        }

        var tables = Section.Open(node, "tables", mistakes, null);
        if (tables is { Map.Entries.Count: 0 })
        {
            mistakes.Add(node, "", "the file declares no tables", "write tables: and below it each table's name");
        }

        foreach (var entry in tables?.Entries ?? [])
        {
            ReadTable(entry, feature?.Text ?? "", mistakes);
        }
    }

    private void ReadTable(Entry entry, string feature, Mistakes mistakes)
    {
        var name = entry.Key.Text;
        Names.CheckTable(entry.Key, mistakes);
        if (_tables.TryGetValue(name, out var first))
        {
            mistakes.Add(
                entry.Key, name, $"the table is declared in {first.At.File}:{first.At.Line} already", "keep one of the two");
            return;
        }

        if (Section.Open(entry.Value, name, mistakes, TableReader.Keys) is { } body)
        {
            _tables.Add(name, TableOutline.Read(entry.Key, feature, body, mistakes));
        }
    }
}

/// <summary>A table's name, place, kind and fields.</summary>
internal sealed record TableOutline(
    Node.Word At, string Feature, Section Body, TableKind Kind, IReadOnlyDictionary<string, FieldOutline> Fields)
{
    public string Name => At.Text;

    /// <summary>Names that events, titles and sums may use: declared fields, and those every table has.</summary>
    public IReadOnlyList<string> AllNames => [.. Fields.Keys, .. TableSchema.KeptFields];

    public static TableOutline Read(Node.Word name, string feature, Section body, Mistakes mistakes)
    {
        var fields = new Dictionary<string, FieldOutline>(StringComparer.Ordinal);
        var declared = body.Find("fields") is { } node ? Section.Open(node, $"{name.Text}.fields", mistakes, null) : null;
        foreach (var entry in declared?.Entries ?? [])
        {
            var path = $"{name.Text}.{entry.Key.Text}";
            Names.CheckField(entry.Key, path, mistakes);
            if (Section.Open(entry.Value, path, mistakes, FieldReader.Keys) is { } field)
            {
                fields.Add(entry.Key.Text, FieldOutline.Read(entry.Key, field, mistakes));
            }
        }

        if (fields.Count == 0)
        {
            mistakes.Add(name, name.Text, "the table has no fields", "write fields: and below it each field's name and type");
        }

        return new TableOutline(name, feature, body, ReadKind(body, mistakes), fields);
    }

    private static TableKind ReadKind(Section body, Mistakes mistakes)
    {
        var word = body.Word("kind");
        if (word is not (null or { Text: "record" or "ledger" }))
        {
            mistakes.AddUnknown(word, body.Path, "kind", ["record", "ledger"]);
        }

        return word?.Text == "ledger" ? TableKind.Ledger : TableKind.Record;
    }
}

/// <summary>A field's name, place and type; the type is null where it is missing or unknown, which is a mistake already.</summary>
internal sealed record FieldOutline(Node.Word At, Section Body, FieldType? Type, IReadOnlyList<string> Values)
{
    public static readonly IReadOnlyList<string> TypeNames = [.. Enum.GetNames<FieldType>().Select(name => name.ToLowerInvariant())];

    public string Name => At.Text;

    public bool Required => Body.Find("required") is Node.Word { Text: "true" };

    public static FieldOutline Read(Node.Word name, Section body, Mistakes mistakes)
    {
        var values = body.Find("values") as Node.List;
        return new FieldOutline(
            name, body, ReadType(name, body, mistakes), [.. values?.Items.OfType<Node.Word>().Select(word => word.Text) ?? []]);
    }

    private static FieldType? ReadType(Node.Word name, Section body, Mistakes mistakes)
    {
        if (!body.Has("type"))
        {
            mistakes.Add(name, body.Path, "the field has no type", "write type: and one of " + string.Join(", ", TypeNames));
            return null;
        }

        var word = body.Word("type");
        var index = word is null ? -1 : TypeNames.ToList().IndexOf(word.Text);
        if (word is not null && index < 0)
        {
            mistakes.AddUnknown(word, body.Path, "type", TypeNames);
        }

        return index < 0 ? null : (FieldType)index;
    }
}
