using Branchline.Protocol.Checks;

namespace Branchline.Server.Schema.Yaml;

/// <summary>Collects what is wrong with the files, so that all of it is told at once.</summary>
internal sealed class Mistakes
{
    private readonly List<SchemaMistake> _found = [];

    public void Add(Node at, string path, string cause, string remedy) => Add(at.File, at.Line, path, cause, remedy);

    public void Add(string file, int line, string path, string cause, string remedy) =>
        _found.Add(new SchemaMistake(file, line, path, cause, remedy));

    /// <summary>A word that should have been one of those known: names the closest.</summary>
    public void AddUnknown(Node.Word at, string path, string what, IReadOnlyCollection<string> known)
    {
        var list = known.Count == 0 ? "there is none" : "use one of " + string.Join(", ", known);
        var nearest = Nearest.To(at.Text, known);
        Add(at, path, $"unknown {what} \"{at.Text}\"", nearest is null
            ? list
            : $"did you mean \"{nearest}\"? {char.ToUpperInvariant(list[0])}{list[1..]}");
    }

    public void ThrowIfAny()
    {
        if (_found.Count > 0)
        {
            throw new SchemaException(
                [.. _found.Distinct().OrderBy(mistake => mistake.File, StringComparer.Ordinal).ThenBy(mistake => mistake.Line)]);
        }
    }
}
