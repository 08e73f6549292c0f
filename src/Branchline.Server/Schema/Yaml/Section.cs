using System.Globalization;

namespace Branchline.Server.Schema.Yaml;

/// <summary>A map of a schema file with the keys it may have. Every key of the wrong name or form becomes a mistake; reading goes on.</summary>
internal sealed class Section
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Mistakes _mistakes;

    private Section(Node.Map map, string path, Mistakes mistakes, IReadOnlyCollection<string>? known)
    {
        Map = map;
        Path = path;
        _mistakes = mistakes;
        foreach (var entry in map.Entries)
        {
            if (known is not null && !known.Contains(entry.Key.Text))
            {
                mistakes.AddUnknown(entry.Key, path, "key", known);
            }
            else if (!_entries.TryAdd(entry.Key.Text, entry))
            {
                mistakes.Add(entry.Key, path, $"\"{entry.Key.Text}\" is declared twice", "keep one of the two");
            }
        }
    }

    public Node.Map Map { get; }

    public string Path { get; }

    public IEnumerable<Entry> Entries => _entries.Values;

    /// <summary>The node as a section, or null with a mistake when it is none. No known keys means that any will do.</summary>
    public static Section? Open(Node node, string path, Mistakes mistakes, IReadOnlyCollection<string>? known)
    {
        if (node is Node.Map map)
        {
            return new Section(map, path, mistakes, known);
        }

        mistakes.Add(node, path, "this must be a map", known is null ? "write NAME: VALUE" : "give it " + string.Join(", ", known));
        return null;
    }

    public bool Has(string key) => _entries.ContainsKey(key);

    public Node? Find(string key) => _entries.GetValueOrDefault(key)?.Value;

    /// <summary>The word under the key; null when there is none, with a mistake when something else stands there.</summary>
    public Node.Word? Word(string key)
    {
        var node = Find(key);
        if (node is null or Node.Word { IsNull: false })
        {
            return (Node.Word?)node;
        }

        _mistakes.Add(node, Path, $"{key} must be one word", $"write {key}: WORD");
        return null;
    }

    public string? Text(string key) => Word(key)?.Text;

    /// <summary>true or false; false when absent.</summary>
    public bool Flag(string key)
    {
        var word = Word(key);
        if (word is null or { Text: "true" or "false" })
        {
            return word?.Text == "true";
        }

        _mistakes.Add(word, Path, $"{key} cannot be \"{word.Text}\"", "write true or false");
        return false;
    }

    public decimal? Number(string key)
    {
        var word = Word(key);
        if (word is null)
        {
            return null;
        }

        if (decimal.TryParse(word.Text, NumberStyles.Number & ~NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        _mistakes.Add(word, Path, $"{key} cannot be \"{word.Text}\"", "write a number");
        return null;
    }

    /// <summary>One word or a list of words, each at most once; null when the key is absent.</summary>
    public IReadOnlyList<Node.Word>? Words(string key) => Find(key) is { } node ? WordsOf(node, key) : null;

    private List<Node.Word> WordsOf(Node node, string key)
    {
        var words = new List<Node.Word>();
        foreach (var item in node is Node.List list ? list.Items : [node])
        {
            if (item is not Node.Word { IsNull: false } word)
            {
                _mistakes.Add(item, Path, $"{key} must be a list of words", $"write {key}: [WORD, WORD]");
            }
            else if (words.Any(other => other.Text == word.Text))
            {
                _mistakes.Add(word, Path, $"{key} has \"{word.Text}\" twice", "keep one of the two");
            }
            else
            {
                words.Add(word);
            }
        }

        return words;
    }
}
