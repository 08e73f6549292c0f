using System.Reflection;
using Branchline.Protocol.Schema;
using Branchline.Server.Schema.Yaml;

namespace Branchline.Server.Schema;

/// <summary>A business's schema files: text by file name. One file per feature; the format is docs/reference/schema.md.</summary>
public sealed class SchemaSource
{
    private readonly SortedDictionary<string, string> _files;

    private SchemaSource(IEnumerable<KeyValuePair<string, string>> files) =>
        _files = new SortedDictionary<string, string>(new Dictionary<string, string>(files), StringComparer.Ordinal);

    /// <summary>Files given as text by name.</summary>
    public static SchemaSource FromFiles(IEnumerable<KeyValuePair<string, string>> files) => new(files);

    /// <summary>Every embedded resource whose name ends in <c>.yaml</c>.</summary>
    public static SchemaSource FromAssembly(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        return new SchemaSource(
            from name in assembly.GetManifestResourceNames()
            where name.EndsWith(".yaml", StringComparison.Ordinal)
            select KeyValuePair.Create(name, ReadResource(assembly, name)));
    }

    /// <summary>Every <c>*.yaml</c> of a directory. Throws <see cref="SchemaException"/> when it is missing or holds none.</summary>
    public static SchemaSource FromDirectory(string path)
    {
        if (!Directory.Exists(path))
        {
            throw Refusal(path, "the schema directory does not exist", "name a directory that holds *.yaml files");
        }

        var files = Directory.GetFiles(path, "*.yaml");
        if (files.Length == 0)
        {
            throw Refusal(path, "the schema directory holds no *.yaml file", "put one file per feature there");
        }

        return new SchemaSource(files.Select(file => KeyValuePair.Create(Path.GetFileName(file), File.ReadAllText(file))));
    }

    /// <summary>The business they declare, every default filled in. Throws <see cref="SchemaException"/> with every mistake.</summary>
    public BusinessSchema Load()
    {
        var mistakes = new Mistakes();
        var outline = SchemaOutline.Read(_files, mistakes);
        var tables = new SortedDictionary<string, TableSchema>(StringComparer.Ordinal);
        foreach (var table in outline.Tables.Values)
        {
            tables[table.Name] = new TableReader(table, outline, mistakes).Read();
        }

        mistakes.ThrowIfAny();
        return SchemaJson.WithHash(new Dictionary<string, TableSchema>(tables, StringComparer.Ordinal));
    }

    private static string ReadResource(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    private static SchemaException Refusal(string path, string cause, string remedy) =>
        new([new SchemaMistake(path, 0, "", cause, remedy)]);
}
