using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Client.Replica;

/// <summary>The checksum of a confirmed row, of the fields that the schema declares. One thread at a time.</summary>
internal sealed class RowSums(BusinessSchema schema)
{
    private readonly RowChecksum _checksum = new();
    private readonly Dictionary<string, string[]> _names = new(StringComparer.Ordinal);

    /// <summary>Nought for a table that is declared no longer: the node does not count it, either.</summary>
    public ulong Of(RowKey key, IReadOnlyDictionary<string, FieldValue> fields)
    {
        if (!_names.TryGetValue(key.Table, out var names))
        {
            _names[key.Table] = names = NamesOf(schema.Tables.GetValueOrDefault(key.Table));
        }

        return names.Length == 0 ? 0 : _checksum.Of(key.Table, key.Id, names, fields);
    }

    private static string[] NamesOf(TableSchema? table) => table is null
        ? []
        : [.. table.Fields.Keys.Concat(TableSchema.KeptFields).Where(name => name != "id").Order(StringComparer.Ordinal)];
}
