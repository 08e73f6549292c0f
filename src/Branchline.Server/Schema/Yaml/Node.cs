namespace Branchline.Server.Schema.Yaml;

/// <summary>A piece of a schema file that knows its line. These three are all there is.</summary>
internal abstract record Node(string File, int Line)
{
    /// <summary>A word. Plain means written without quotes.</summary>
    public sealed record Word(string File, int Line, string Text, bool Plain) : Node(File, Line)
    {
        public bool IsNull => Plain && Text is "" or "~" or "null";
    }

    public sealed record List(string File, int Line, IReadOnlyList<Node> Items) : Node(File, Line);

    public sealed record Map(string File, int Line, IReadOnlyList<Entry> Entries) : Node(File, Line)
    {
        public Node? Find(string key) => Entries.FirstOrDefault(entry => entry.Key.Text == key)?.Value;
    }
}

internal sealed record Entry(Node.Word Key, Node Value);
