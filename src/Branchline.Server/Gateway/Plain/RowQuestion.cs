using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Branchline.Server.Gateway.Tables;
using Branchline.Server.Store;

namespace Branchline.Server.Gateway.Plain;

/// <summary>What a reader of rows asked for. Equal questions are answered once, see <see cref="RowStream"/>.</summary>
internal sealed class RowQuestion
{
    private const int Digits = 8;

    public RowQuestion(IReadOnlyList<string> scopes, IReadOnlyList<AskedTable> tables, bool withRows)
    {
        Scopes = [.. scopes.Order(StringComparer.Ordinal)];
        Tables = tables.ToDictionary(asked => asked.Table.Name, StringComparer.Ordinal);
        WithRows = withRows;
        TableNames = [.. Tables.Keys.Order(StringComparer.Ordinal)];
        Key = string.Join('\n', [.. Scopes, withRows ? "rows" : "", .. TableNames.Select(name => name + " " + Tables[name].Describe())]);
        Mark = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key)))[..Digits];
    }

    public IReadOnlyList<string> Scopes { get; }

    public IReadOnlyDictionary<string, AskedTable> Tables { get; }

    public IReadOnlyList<string> TableNames { get; }

    /// <summary>Whether rows travel whole, or only their ids.</summary>
    public bool WithRows { get; }

    /// <summary>Equal for equal questions.</summary>
    public string Key { get; }

    /// <summary>The same, short: stands in the cursors, so that whoever comes with another question or other rights starts anew.</summary>
    public string Mark { get; }
}

/// <summary>A table, and which of its rows.</summary>
internal sealed record AskedTable(RestTable Table, IReadOnlyList<RowFilter> Where)
{
    public bool Takes(StoredRow row) => Where.All(filter => filter.Holds(row));

    /// <summary>Whether a write to these fields may have taken the row out of what was asked for.</summary>
    public bool IsMovedBy(IReadOnlySet<string> fields) => Where.Any(filter => fields.Contains(filter.Field));

    /// <summary>In full, so that no two questions read the same: values may hold whatever stands between them.</summary>
    public string Describe() => JsonSerializer.Serialize(
        Where.Select(filter => (string[])[filter.Field, filter.Comparison.ToString(), .. filter.Values.SelectMany(value => (string[])[value.Kind.ToString(), value.ToString()])]));
}
