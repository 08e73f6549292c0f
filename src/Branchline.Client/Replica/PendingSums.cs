using System.Collections.Immutable;
using Branchline.Client.Outgoing;
using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Client.Replica;

/// <summary>
/// What pending ledger entries add to the sums the node keeps, so that stock goes down here when the sale is made. A row that the node
/// has yet to make is not shown before: only the node gives it an id. Immutable.
/// </summary>
internal sealed record PendingSums
{
    public static readonly PendingSums Empty = new();

    private ILookup<string, SumField> ByLedger { get; init; } = Array.Empty<SumField>().ToLookup(sum => sum.Rule.Ledger);

    private ILookup<string, SumField> ByTable { get; init; } = Array.Empty<SumField>().ToLookup(sum => sum.Table);

    private ImmutableDictionary<string, ImmutableList<Contribution>> Pending { get; init; } =
        ImmutableDictionary<string, ImmutableList<Contribution>>.Empty;

    public static PendingSums Of(BusinessSchema? schema)
    {
        SumField[] sums =
        [
            .. from table in schema?.Tables ?? new Dictionary<string, TableSchema>()
               from field in table.Value.Fields
               let rule = field.Value.Sum
               where rule is not null
               select new SumField(table.Key, field.Key, rule),
        ];
        return Empty with { ByLedger = sums.ToLookup(sum => sum.Rule.Ledger), ByTable = sums.ToLookup(sum => sum.Table) };
    }

    public PendingSums With(OutboxEntry entry)
    {
        var added = Contributions(entry).ToArray();
        if (added.Length == 0)
        {
            return this;
        }

        var pending = Pending.ToBuilder();
        foreach (var (key, contribution) in added)
        {
            pending[key] = pending.GetValueOrDefault(key, []).Add(contribution);
        }

        return this with { Pending = pending.ToImmutable() };
    }

    public PendingSums Without(IReadOnlyCollection<OutboxEntry> entries, HashSet<long> places)
    {
        if (Pending.IsEmpty)
        {
            return this;
        }

        var pending = Pending.ToBuilder();
        foreach (var key in entries.SelectMany(Contributions).Select(one => one.Key).Distinct())
        {
            var left = pending.GetValueOrDefault(key, []).RemoveAll(one => places.Contains(one.Entry.Place));
            pending[key] = left;
            if (left.IsEmpty)
            {
                pending.Remove(key);
            }
        }

        return this with { Pending = pending.ToImmutable() };
    }

    public bool HasAny(string table) => !Pending.IsEmpty && ByTable.Contains(table);

    /// <summary>The row's fields with pending entries added; the same object when there are none.</summary>
    public IReadOnlyDictionary<string, FieldValue> ApplyTo(RowKey key, StoredRow? stored, Dictionary<string, FieldValue> fields)
    {
        if (!HasAny(key.Table))
        {
            return fields;
        }

        var result = fields;
        foreach (var sum in ByTable[key.Table])
        {
            var open = Pending.GetValueOrDefault(RowKeyOf(sum, key.Id, fields), []).Where(one => !Overlay.IsLanded(one.Entry, stored)).ToArray();
            if (open.Length > 0)
            {
                result = ReferenceEquals(result, fields) ? new Dictionary<string, FieldValue>(fields, StringComparer.Ordinal) : result;
                result[sum.Field] = Total(result.GetValueOrDefault(sum.Field), open);
            }
        }

        return result;
    }

    private IEnumerable<(string Key, Contribution Contribution)> Contributions(OutboxEntry entry) =>
        from write in entry.Mutation.Writes
        where write.Kind == WriteKind.Insert
        from sum in ByLedger[write.Table]
        let value = write.Fields.GetValueOrDefault(sum.Rule.Field).AsDecimal
        where value is not null
        let isCount = sum.Rule.Count is { } count && write.Fields.GetValueOrDefault(count.Field).AsText == count.Value
        select (LedgerKeyOf(sum, write.Fields), new Contribution(entry, value.Value, isCount));

    private static FieldValue Total(FieldValue start, IEnumerable<Contribution> open) =>
        FieldValue.Of(open.Aggregate(start.AsDecimal ?? 0, (sum, one) => one.IsCount ? one.Value : sum + one.Value));

    private static string LedgerKeyOf(SumField sum, IReadOnlyDictionary<string, FieldValue> fields) =>
        KeyOf(sum, sum.Rule.Match.Values.Select(name => fields.GetValueOrDefault(name).ToString()));

    private static string RowKeyOf(SumField sum, Guid id, Dictionary<string, FieldValue> fields) =>
        KeyOf(sum, sum.Rule.Match.Keys.Select(name => name == "id" ? id.ToString() : fields.GetValueOrDefault(name).ToString()));

    private static string KeyOf(SumField sum, IEnumerable<string> values) => $"{sum.Table}.{sum.Field}:{string.Join('\n', values)}";

    private sealed record SumField(string Table, string Field, SumRule Rule);

    private sealed record Contribution(OutboxEntry Entry, decimal Value, bool IsCount);
}
