using System.Text;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Client.Replica;

/// <summary>The checksum of a confirmed row, of the fields that the schema declares. One thread at a time.</summary>
internal sealed class RowSums(BusinessSchema schema)
{
    private readonly RowChecksum _checksum = new();
    private readonly Dictionary<string, (string[] Names, byte[][] Utf8)> _names = new(StringComparer.Ordinal);

    /// <summary>Nought for a table that is declared no longer: the node does not count it, either.</summary>
    public ulong Of(RowKey key, IReadOnlyDictionary<string, FieldValue> fields) =>
        NamesOf(key.Table).Names is { Length: > 0 } names ? _checksum.Of(key.Table, key.Id, names, fields) : 0;

    /// <summary>The same of a row as it lies in the file; nought, which is another than the node's, where that is no row any more.</summary>
    public ulong Of(RowKey key, ReadOnlySpan<byte> fields)
    {
        try
        {
            return NamesOf(key.Table).Utf8 is { Length: > 0 } names ? _checksum.Of(key.Table, key.Id, names, fields) : 0;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return 0;
        }
    }

    private (string[] Names, byte[][] Utf8) NamesOf(string table)
    {
        if (!_names.TryGetValue(table, out var names))
        {
            var declared = schema.Tables.GetValueOrDefault(table)?.Fields.Keys.Concat(TableSchema.KeptFields) ?? [];
            string[] ordered = [.. declared.Where(name => name != "id").Order(StringComparer.Ordinal)];
            _names[table] = names = (ordered, [.. ordered.Select(Encoding.UTF8.GetBytes)]);
        }

        return names;
    }
}
