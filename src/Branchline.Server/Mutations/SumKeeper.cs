using System.Security.Cryptography;
using System.Text;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Mutations;

/// <summary>
/// Keeps fields that are sums of a ledger, in the transaction of the entry. With counts: the newest count plus the entries
/// stamped after it, so the order of arrival does not matter.
/// </summary>
internal sealed class SumKeeper(WriteSession session, SqliteStore store)
{
    private readonly Dictionary<string, List<(TableSchema Table, FieldSchema Field, SumRule Sum)>> _byLedger =
        (from table in store.Schema.Tables.Values
         from field in table.Fields.Values
         where field.Sum is not null
         group (table, field, field.Sum!) by field.Sum!.Ledger)
        .ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);

    // Tables whose new rows begin with a sum of their own.
    private readonly Dictionary<string, FieldSchema[]> _byTable =
        store.Schema.Tables.Values.Where(table => table.Fields.Values.Any(field => field.Sum is not null))
            .ToDictionary(table => table.Name, table => table.Fields.Values.Where(field => field.Sum is not null).ToArray(), StringComparer.Ordinal);

    /// <summary>Plans the change of every sum that the new ledger entries of the plan touch, and the sums of rows that are made.</summary>
    public void Apply(MutationPlan plan)
    {
        if (!plan.Rows.Exists(row => row.IsNew && (_byTable.ContainsKey(row.Table.Name) || _byLedger.ContainsKey(row.Table.Name))))
        {
            return;
        }

        var rows = plan.Rows.ToList();
        foreach (var row in rows.Where(row => row.IsNew))
        {
            foreach (var field in _byTable.GetValueOrDefault(row.Table.Name, []))
            {
                row.After.Fields[field.Name] = FieldValue.Of(session.Ledgers.Recount(store.Layouts[field.Sum!.Ledger], field.Sum, row.After.Id, row.After.Fields));
            }
        }

        foreach (var entry in rows)
        {
            if (!entry.IsNew || !_byLedger.TryGetValue(entry.Table.Name, out var sums))
            {
                continue;
            }

            foreach (var (table, field, sum) in sums)
            {
                Apply(plan, entry.After, table, field, sum);
            }
        }
    }

    /// <summary>
    /// Counts anew, from the ledgers as they are stored by now, every sum of a row that entries left or came back to, and of rows that came whole from
    /// another node. For what another node changed; here entries only ever come.
    /// </summary>
    public void Recount(MutationPlan plan, IReadOnlyList<PlannedRow> written)
    {
        foreach (var row in written)
        {
            if (row.IsReplicated && !row.IsNew && !row.IsLeaving && _byTable.TryGetValue(row.Table.Name, out var fields) && plan.Touch(row.Table.Name, row.After.Id) is { } own)
            {
                Array.ForEach(fields, field => Recount(own, field));
            }

            if (!(row.IsLeaving || row.IsRestored || row.IsDeleted) || !_byLedger.TryGetValue(row.Table.Name, out var sums))
            {
                continue;
            }

            foreach (var (table, field, sum) in sums)
            {
                var match = sum.Match.ToDictionary(pair => pair.Key, pair => row.After.Fields.GetValueOrDefault(pair.Value), StringComparer.Ordinal);
                if (!match.Values.Any(value => value.IsNull) && Target(plan, table, sum with { Create = false }, match) is { After.DeletedAt: null } target)
                {
                    Recount(target, field);
                }
            }
        }
    }

    private void Recount(PlannedRow target, FieldSchema field)
    {
        var counted = FieldValue.Of(session.Ledgers.Recount(store.Layouts[field.Sum!.Ledger], field.Sum, target.After.Id, target.After.Fields));
        if (target.After.Fields.GetValueOrDefault(field.Name) != counted)
        {
            target.After.Fields[field.Name] = counted;
            target.Changed.Add(field.Name);
            target.Stamped.Add(field.Name);
            target.IsReplicated = true;
        }
    }

    /// <summary>
    /// The first new entry that would change a sum of a row outside its writer's scopes: refused even as a document, and in the
    /// words of a row that does not exist.
    /// </summary>
    public Objection? FindForeign(MutationPlan plan)
    {
        if (plan.Writer.IsNode || !plan.Rows.Exists(row => row.IsNew && _byLedger.ContainsKey(row.Table.Name)))
        {
            return null;
        }

        var foreign =
            from entry in plan.Rows
            where entry.IsNew && _byLedger.ContainsKey(entry.Table.Name)
            from sum in _byLedger[entry.Table.Name]
            let reference = sum.Sum.Match.GetValueOrDefault("id")
            where reference is not null
                && Guid.TryParse(entry.After.Fields.GetValueOrDefault(reference).AsText, out var id)
                && plan.FindScope(sum.Table.Name, id) is { } scope && !plan.Holds(scope)
            select new Objection(ErrorCodes.BrokenReference, $"{entry.Table.Name}.{reference} names no row of {sum.Table.Name}")
            {
                Table = entry.Table.Name,
                Field = reference,
                Row = entry.After.Id,
                Remedy = $"Send the id of a row of {sum.Table.Name}",
            };
        return foreign.FirstOrDefault();
    }

    private void Apply(MutationPlan plan, RowImage entry, TableSchema table, FieldSchema field, SumRule sum)
    {
        var match = sum.Match.ToDictionary(pair => pair.Key, pair => entry.Fields.GetValueOrDefault(pair.Value), StringComparer.Ordinal);
        if (match.Values.Any(value => value.IsNull) || Target(plan, table, sum, match) is not { After.DeletedAt: null } target)
        {
            return;
        }

        var before = target.After.Fields.GetValueOrDefault(field.Name).AsDecimal ?? 0;
        var after = Value(plan, entry, sum, before);
        if (after == before && !target.After.Fields.GetValueOrDefault(field.Name).IsNull)
        {
            return;
        }

        target.After.Fields[field.Name] = FieldValue.Of(after);
        target.Changed.Add(field.Name);
        target.Stamped.Add(field.Name);
        if (field.Min is { } least && after < least)
        {
            plan.Flags.Add(new Objection("below_minimum", $"{table.Name}.{field.Name} is {after}, below {least}")
            {
                Table = table.Name,
                Field = field.Name,
                Row = target.After.Id,
            });
        }
    }

    private decimal Value(MutationPlan plan, RowImage entry, SumRule sum, decimal before)
    {
        var amount = entry.Fields.GetValueOrDefault(sum.Field).AsDecimal ?? 0;
        if (sum.Count is not { } count)
        {
            return before + amount;
        }

        var ledger = store.Layouts[sum.Ledger];
        var match = sum.Match.Values.ToDictionary(name => name, name => entry.Fields.GetValueOrDefault(name), StringComparer.Ordinal);
        var at = entry.Inserted.At;
        var isCount = entry.Fields.GetValueOrDefault(count.Field).AsText == count.Value;
        var sinceCount = session.Ledgers.NewestCount(ledger, count, match) is { } newest ? string.CompareOrdinal(at, newest) : 1;
        if (sinceCount < 0 || (!isCount && (sinceCount == 0 || CountsAlready(plan, entry, count, match))))
        {
            return before;
        }

        return isCount ? amount + session.Ledgers.SumAfter(ledger, sum.Field, match, at) : before + amount;
    }

    /// <summary>Entries of one mutation share its stamp, so a count among them stands after all of them.</summary>
    private static bool CountsAlready(MutationPlan plan, RowImage entry, CountRule count, Dictionary<string, FieldValue> match) =>
        plan.Rows.Any(row =>
            row.IsNew && row.After != entry
            && row.After.Fields.GetValueOrDefault(count.Field).AsText == count.Value
            && match.All(pair => row.After.Fields.GetValueOrDefault(pair.Key) == pair.Value));

    private PlannedRow? Target(MutationPlan plan, TableSchema table, SumRule sum, Dictionary<string, FieldValue> match)
    {
        if (match.TryGetValue("id", out var id))
        {
            return Guid.TryParse(id.AsText, out var known) ? plan.Touch(table.Name, known) : null;
        }

        var made = DerivedId(table.Name, match);
        if (plan.Touch(table.Name, made) is { } derived)
        {
            return derived;
        }

        if (plan.Rows.FirstOrDefault(row => row.Table == table && match.All(pair => row.After.Fields.GetValueOrDefault(pair.Key) == pair.Value)) is { } planned)
        {
            return planned;
        }

        if (session.FindBy(store.Layouts[table.Name], match, 1) is [var found])
        {
            return plan.Touch(table.Name, found.Id);
        }

        return sum.Create ? plan.Create(table.Name, made, NewRow(table, match)) : null;
    }

    private static Dictionary<string, FieldValue> NewRow(TableSchema table, Dictionary<string, FieldValue> match)
    {
        var fields = table.Fields.Values.ToDictionary(field => field.Name, field => field.Default, StringComparer.Ordinal);
        foreach (var (name, value) in match)
        {
            fields[name] = value;
        }

        return fields;
    }

    /// <summary>The same row has the same id on every node that makes it: a UUIDv8 from the table and the match.</summary>
    private static Guid DerivedId(string table, Dictionary<string, FieldValue> match)
    {
        var text = table + "\n" + string.Join('\n', match.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
