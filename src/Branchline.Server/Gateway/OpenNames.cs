using System.Collections.Frozen;

namespace Branchline.Server.Gateway;

/// <summary>What an operator opened to anybody: a list of names, or everything.</summary>
internal sealed class OpenNames
{
    /// <summary>Stands for every name.</summary>
    public const string All = "*";

    private readonly FrozenSet<string> _names;

    public OpenNames(string? names) => _names = (names ?? "")
        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .ToFrozenSet(StringComparer.Ordinal);

    public bool Contains(string name) => _names.Contains(All) || _names.Contains(name);
}
