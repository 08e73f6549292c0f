using System.Collections.Immutable;
using Branchline.Client.Outgoing;
using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Client.Replica;

/// <summary>
/// This device's unanswered mutations, by the rows they write and the sums they add to. Immutable: a reader takes it before it reads the
/// confirmed rows, so that a write that lands in between is seen once, not never.
/// </summary>
internal sealed record Overlay
{
    public static readonly Overlay Empty = new();

    private ImmutableDictionary<RowKey, ImmutableList<PendingWrite>> Writes { get; init; } =
        ImmutableDictionary<RowKey, ImmutableList<PendingWrite>>.Empty;

    private PendingSums Sums { get; init; } = PendingSums.Empty;

    /// <summary>The same mutations for a schema that says which sums they add to.</summary>
    public static Overlay Of(IEnumerable<OutboxEntry> entries, BusinessSchema? schema)
    {
        var overlay = Empty with { Sums = PendingSums.Of(schema) };
        return entries.Aggregate(overlay, (laid, entry) => laid.With(entry));
    }

    public Overlay With(OutboxEntry entry)
    {
        var writes = Writes.ToBuilder();
        foreach (var write in entry.Mutation.Writes)
        {
            var key = new RowKey(write.Table, write.Id);
            writes[key] = writes.GetValueOrDefault(key, []).Add(new PendingWrite(entry, write));
        }

        return this with { Writes = writes.ToImmutable(), Sums = Sums.With(entry) };
    }

    public Overlay Without(IReadOnlyCollection<OutboxEntry> entries)
    {
        var writes = Writes.ToBuilder();
        var places = entries.Select(entry => entry.Place).ToHashSet();
        foreach (var key in entries.SelectMany(entry => entry.Mutation.Writes).Select(write => new RowKey(write.Table, write.Id)).Distinct())
        {
            var left = writes.GetValueOrDefault(key, []).RemoveAll(pending => places.Contains(pending.Entry.Place));
            if (left.IsEmpty)
            {
                writes.Remove(key);
            }
            else
            {
                writes[key] = left;
            }
        }

        return this with { Writes = writes.ToImmutable(), Sums = Sums.Without(entries, places) };
    }

    public bool HasWrites(RowKey key) => Writes.ContainsKey(key);

    public IEnumerable<RowKey> Rows => Writes.Keys;

    /// <summary>Ids of the table's rows with pending writes.</summary>
    public HashSet<Guid> IdsOf(string table) => [.. Writes.Keys.Where(key => key.Table == table).Select(key => key.Id)];

    /// <summary>Whether pending entries may change a field of this table that nothing is written to.</summary>
    public bool HasSumsOf(string table) => Sums.HasAny(table);

    /// <summary>The row with its pending writes on top; null when it is not there.</summary>
    public LocalRow? RowOf(RowKey key, StoredRow? stored, BusinessSchema? schema)
    {
        var table = schema?.Tables.GetValueOrDefault(key.Table);
        var fields = stored?.Fields;
        var isPending = false;
        foreach (var pending in Writes.GetValueOrDefault(key, []))
        {
            if (!IsLanded(pending.Entry, stored))
            {
                fields = After(fields, pending, table);
                isPending = true;
            }
        }

        if (fields is null)
        {
            return null;
        }

        var summed = Sums.ApplyTo(key, stored, fields);
        return new LocalRow(key.Id, summed, isPending || !ReferenceEquals(summed, fields));
    }

    /// <summary>True when the confirmed row already contains the mutation's effect, though its answer is still to come.</summary>
    public static bool IsLanded(OutboxEntry entry, StoredRow? stored) =>
        stored is not null && stored.Life == entry.Life && entry.Mutation.N <= stored.Mine;

    private static Dictionary<string, FieldValue>? After(Dictionary<string, FieldValue>? fields, PendingWrite pending, TableSchema? table) =>
        pending.Write.Kind switch
        {
            WriteKind.Insert => Merged(Merged(Defaults.Of(table, pending.Entry), fields ?? []), pending.Write.Fields),
            WriteKind.Update => fields is null ? null : Merged(new Dictionary<string, FieldValue>(fields, StringComparer.Ordinal), pending.Write.Fields),
            _ => null,
        };

    private static Dictionary<string, FieldValue> Merged(
        Dictionary<string, FieldValue> fields, IReadOnlyDictionary<string, FieldValue> later)
    {
        foreach (var (name, value) in later)
        {
            fields[name] = value;
        }

        return fields;
    }
}

/// <summary>One write that waits, and the mutation it is of.</summary>
internal sealed record PendingWrite(OutboxEntry Entry, RowWrite Write);

/// <summary>A row as this device sees it: what the node confirmed, with this device's unanswered writes on top.</summary>
internal sealed record LocalRow(Guid Id, IReadOnlyDictionary<string, FieldValue> Fields, bool IsPending);
