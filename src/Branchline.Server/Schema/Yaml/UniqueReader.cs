using Branchline.Protocol.Schema;

namespace Branchline.Server.Schema.Yaml;

/// <summary>Reads which fields are unique, alone or together: those of the fields' own keys first, then the table's.</summary>
internal sealed class UniqueReader(TableOutline table, Mistakes mistakes)
{
    public IReadOnlyList<IReadOnlyList<string>> Read() => [.. OfFields(), .. OfTable()];

    private IEnumerable<IReadOnlyList<string>> OfFields()
    {
        foreach (var (at, body) in table.Fields.Values.Select(field => (field.At, field.Body)))
        {
            switch (body.Find("unique"))
            {
                case Node.Word { Text: "true" }:
                    yield return UniqueSet([at], body.Path);
                    break;
                case Node.List { Items.Count: > 0 }:
                    yield return UniqueSet([at, .. body.Words("unique")!], body.Path);
                    break;
                case Node.List or Node.Map:
                    mistakes.Add(body.Find("unique")!, body.Path, "unique names no fields", "write unique: true or unique: [FIELD]");
                    break;
                default:
                    break;
            }
        }
    }

    private IEnumerable<IReadOnlyList<string>> OfTable()
    {
        if (table.Body.Find("unique") is not { } node)
        {
            yield break;
        }

        if (node is not Node.List { Items: { Count: > 0 } items } || items.Any(item => item is not Node.List))
        {
            mistakes.Add(node, table.Name, "unique must be a list of sets of fields", "write unique: [[FIELD, FIELD]]");
            yield break;
        }

        foreach (var set in items.Cast<Node.List>())
        {
            var words = set.Items.OfType<Node.Word>().ToList();
            if (words.Count == 0 || words.Count < set.Items.Count)
            {
                mistakes.Add(set, table.Name, "a unique set lists fields", "write unique: [[FIELD, FIELD]]");
            }

            yield return UniqueSet(words, table.Name);
        }
    }

    private List<string> UniqueSet(IReadOnlyList<Node.Word> words, string path)
    {
        foreach (var word in words)
        {
            if (!table.Fields.TryGetValue(word.Text, out var field))
            {
                mistakes.AddUnknown(word, path, "field of a unique set", [.. table.Fields.Keys]);
            }
            else if (field.Type is FieldType.Json)
            {
                mistakes.Add(word, path, $"{word.Text} is json and cannot be unique", "use a field of another type");
            }
            else if (words.Count(other => other.Text == word.Text) > 1)
            {
                mistakes.Add(word, path, $"a unique set names {word.Text} twice", "keep one of the two");
            }
        }

        return [.. words.Select(word => word.Text)];
    }
}
