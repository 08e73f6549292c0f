using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Branchline.Server.Schema.Yaml;

/// <summary>Reads a YAML text into nodes that know their lines. Aliases stand for the node they name.</summary>
internal sealed class YamlFile
{
    private const int DeepestNode = 32;

    private readonly string _file;
    private readonly Parser _parser;
    private readonly Dictionary<AnchorName, Node> _anchors = [];

    private YamlFile(string file, string text)
    {
        _file = file;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>The file's map, or null when it is no YAML or no map, which is then among the mistakes.</summary>
    public static Node.Map? Read(string file, string text, Mistakes mistakes)
    {
        var lines = text.Split('\n');
        var tab = Array.FindIndex(lines, line => line.TrimStart(' ').StartsWith('\t'));
        if (tab >= 0)
        {
            mistakes.Add(file, tab + 1, "", "the line is indented with a tab", "indent with spaces");
            return null;
        }

        try
        {
            if (new YamlFile(file, text).ReadDocument() is Node.Map map)
            {
                return map;
            }

            mistakes.Add(file, 1, "", "the file declares nothing", "start it with \"feature: NAME\" and \"tables:\"");
        }
        catch (YamlException error)
        {
            mistakes.Add(file, (int)error.Start.Line, "", $"this is not YAML: {Plain(error)}", "mind indentation, quotes and brackets");
        }

        return null;
    }

    private Node? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            return null;
        }

        _parser.Consume<DocumentStart>();
        var node = ReadNode(0);
        _parser.Consume<DocumentEnd>();
        return _parser.Accept<DocumentStart>(out var second)
            ? throw new YamlException(second.Start, second.End, "a second document begins here")
            : node;
    }

    private Node ReadNode(int depth)
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return _anchors.TryGetValue(alias.Value, out var named)
                ? named
                : throw new YamlException(alias.Start, alias.End, $"nothing is named &{alias.Value} above");
        }

        var start = (NodeEvent)_parser.Current!;
        if (depth > DeepestNode)
        {
            throw new YamlException(start.Start, start.End, $"more than {DeepestNode} levels deep");
        }

        Node node = start switch
        {
            Scalar => ReadWord(),
            SequenceStart => ReadList(depth),
            _ => ReadMap(depth),
        };
        if (!start.Anchor.IsEmpty)
        {
            _anchors[start.Anchor] = node;
        }

        return node;
    }

    private Node.Word ReadWord()
    {
        var scalar = _parser.Consume<Scalar>();
        return new Node.Word(_file, (int)scalar.Start.Line, scalar.Value, scalar.Style == ScalarStyle.Plain);
    }

    private Node.List ReadList(int depth)
    {
        var start = _parser.Consume<SequenceStart>();
        var items = new List<Node>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode(depth + 1));
        }

        return new Node.List(_file, (int)start.Start.Line, items);
    }

    private Node.Map ReadMap(int depth)
    {
        var start = _parser.Consume<MappingStart>();
        var entries = new List<Entry>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.Accept<Scalar>(out _))
            {
                throw new YamlException(_parser.Current!.Start, _parser.Current.End, "a key must be one word");
            }

            entries.Add(new Entry(ReadWord(), ReadNode(depth + 1)));
        }

        return new Node.Map(_file, (int)start.Start.Line, entries);
    }

    // The parser puts its own place in front of the message; the mistake has a better one.
    private static string Plain(YamlException error)
    {
        var place = error.Message.IndexOf("): ", StringComparison.Ordinal);
        return (place < 0 ? error.Message : error.Message[(place + 3)..]).TrimEnd('.');
    }
}
