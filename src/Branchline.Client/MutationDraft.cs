using Branchline.Client.Outgoing;
using Branchline.Client.Replica;
using Branchline.Client.Typed;
using Branchline.Protocol;

namespace Branchline.Client;

/// <summary>What one mutation writes; used inside <see cref="BranchlineClient.MutateAsync"/> only.</summary>
public sealed class MutationDraft
{
    private readonly List<Func<LocalReplica, List<RowWrite>, CancellationToken, ValueTask<RowWrite?>>> _writes = [];
    private readonly Dictionary<string, long> _series = new(StringComparer.Ordinal);

    internal MutationDraft()
    {
    }

    /// <summary>Makes a row. What is null is left to the schema's default.</summary>
    public MutationDraft Insert<T>(string table, T row)
        where T : class
    {
        _writes.Add((replica, _, _) => ValueTask.FromResult<RowWrite?>(RowMapper<T>.ToInsert(replica.Schema, table, row)));
        return this;
    }

    /// <summary>Makes the row where this device sees none of its id; else changes the fields that differ from what it sees.</summary>
    public MutationDraft Save<T>(string table, T row)
        where T : class
    {
        _writes.Add(async (replica, earlier, cancellationToken) =>
        {
            var key = new RowKey(table, RowMapper<T>.IdOf(row));
            if (earlier.Exists(write => write.Table == key.Table && write.Id == key.Id))
            {
                return RowMapper<T>.ToUpdate(replica.Schema, table, row, null);
            }

            var known = await replica.FindAsync(key, cancellationToken).ConfigureAwait(false);
            return known is null ? RowMapper<T>.ToInsert(replica.Schema, table, row) : RowMapper<T>.ToUpdate(replica.Schema, table, row, known);
        });
        return this;
    }

    /// <summary>Makes a row of these fields, named as in the schema.</summary>
    public MutationDraft Insert(string table, Guid id, params IEnumerable<(string Field, FieldValue Value)> fields) =>
        Add(new RowWrite(table, id, WriteKind.Insert, ToFields(fields)));

    /// <summary>Changes these fields, named as in the schema, and no others.</summary>
    public MutationDraft Update(string table, Guid id, params IEnumerable<(string Field, FieldValue Value)> fields) =>
        Add(new RowWrite(table, id, WriteKind.Update, ToFields(fields)));

    /// <summary>Deletes a row. A document of record is voided instead.</summary>
    public MutationDraft Delete(string table, Guid id) => Add(new RowWrite(table, id, WriteKind.Delete));

    /// <summary>
    /// Stands for the next receipt number of a series, <c>B03-T2-000417</c> for <c>B03-T2</c>: put it into a field. It is allotted when
    /// the mutation is saved, without a gap, and <see cref="SavedMutation.Receipts"/> tells it; the same number for the whole mutation.
    /// </summary>
    /// <param name="series">The till's series.</param>
    /// <param name="lastKnown">The last number known to be used; the next one is later. For a till whose store was lost. The default is none.</param>
    public string NextReceipt(string series, long lastKnown = 0)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(series);
        _series[series] = Math.Max(lastKnown, _series.GetValueOrDefault(series));
        return Receipts.Placeholder(series);
    }

    internal async Task<DraftContent> FinishAsync(LocalReplica replica, CancellationToken cancellationToken)
    {
        var writes = new List<RowWrite>(_writes.Count);
        foreach (var write in _writes)
        {
            if (await write(replica, writes, cancellationToken).ConfigureAwait(false) is { } one)
            {
                writes.Add(one);
            }
        }

        return writes.Count > 0 ? new DraftContent(writes, _series) : throw new ArgumentException("The mutation writes nothing");
    }

    private MutationDraft Add(RowWrite write)
    {
        _writes.Add((_, _, _) => ValueTask.FromResult<RowWrite?>(write));
        return this;
    }

    private static Dictionary<string, FieldValue> ToFields(IEnumerable<(string Field, FieldValue Value)> fields) =>
        fields.ToDictionary(field => field.Field, field => field.Value, StringComparer.Ordinal);
}
