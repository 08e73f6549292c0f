namespace Branchline.Server.Schema;

/// <summary>One mistake in a schema file: where, what is wrong, and what would be right.</summary>
public sealed record SchemaMistake(string File, int Line, string Path, string Cause, string Remedy)
{
    /// <summary><c>catalog.yaml:14: products.price: unknown type "mony"; did you mean "money"? Use one of …</c></summary>
    public override string ToString() =>
        string.Concat(File, Line == 0 ? "" : $":{Line}", Path.Length == 0 ? "" : $": {Path}", $": {Cause}; {Remedy}");
}

/// <summary>The schema is wrong; every mistake found is listed, in the order of the files. The node does not start.</summary>
public sealed class SchemaException(IReadOnlyList<SchemaMistake> mistakes) : Exception(string.Join('\n', mistakes))
{
    /// <summary>All of them, never none.</summary>
    public IReadOnlyList<SchemaMistake> Mistakes { get; } = mistakes;
}
