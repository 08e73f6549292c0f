using System.Text.Json;
using Branchline.Protocol;
using Branchline.Protocol.Checks;
using Branchline.Protocol.Schema;
using Branchline.Server.Access;
using Branchline.Server.Feed.Branches;
using Branchline.Server.Mutations;
using Branchline.Server.Store;

namespace Branchline.Server.Replication.MasterSlave;

/// <summary>Reads a master's records as changes of this node's rows. What the schema does not take is told and left out; it stops no other.</summary>
internal sealed class ForeignRows(BusinessSchema schema, BranchFeed feed, Branches branches, TimeProvider time)
{
    private const string CreatedAt = "created_at";
    private const string UpdatedAt = "updated_at";

    /// <summary>The change, null where it changes nothing, or what is wrong with the record.</summary>
    public async Task<(BranchChange? Change, string? Fault)> ReadAsync(string master, ForeignRecord record, long number, CancellationToken cancellationToken)
    {
        if (!schema.Tables.TryGetValue(record.Table, out var table))
        {
            return (null, $"There is no table {record.Table} here");
        }

        var row = ForeignIds.RowOf(master, table.Name, record.Id);
        var found = (await feed.ReadAsync([(table.Name, row)], cancellationToken))[0]?.Row;
        var at = StampOf(master, record);
        if (record.IsDelete)
        {
            return found is not { Kind: ChangeKind.Enter } ? (null, null)
                : table.Kind == TableKind.Ledger || table.Document ? (null, $"Rows of {table.Name} are not deleted here")
                : (new BranchChange(0, table.Name, row, ChangeKind.Delete, null, at, at.Device, number), null);
        }

        // Gone here is gone; the master hears of it.
        if (found is { Kind: ChangeKind.Delete })
        {
            return (null, null);
        }

        var told = Fields(master, table, record.Data);
        var kind = found is null ? WriteKind.Insert : WriteKind.Update;
        if (kind == WriteKind.Insert && table.Scope is { Kind: ScopeRule.Branch, Field: { } owner } && branches.All is [var only])
        {
            told.TryAdd(owner, FieldValue.Of(only));
        }

        foreach (var field in told.Where(field => IsSameSecond(field.Value, found?.Fields?.GetValueOrDefault(field.Key))).ToArray())
        {
            told.Remove(field.Key);
        }

        // An entry of a ledger stays as it is.
        var isSame = found?.Fields is { } held && (table.Kind == TableKind.Ledger || told.All(field => held.GetValueOrDefault(field.Key) == field.Value));
        if (isSame)
        {
            return (null, null);
        }

        if (RowChecks.Check(schema, new RowWrite(table.Name, row, kind, told), null, Writer.NodeRole, time.GetUtcNow(), out var fields) is { } fault)
        {
            return (null, $"{fault.Field}: {fault.Reason}");
        }

        // Only a whole row makes one; of a row that is there the master may not know every field.
        var moment = FieldValue.Of(TimestampConverter.Format(DateTimeOffset.FromUnixTimeMilliseconds(at.Milliseconds)));
        var written = new Dictionary<string, FieldValue>(fields, StringComparer.Ordinal) { [UpdatedAt] = moment };
        if (found is null)
        {
            written[CreatedAt] = TimeIn(record.Data, CreatedAt) is { } made && made <= time.GetUtcNow() ? FieldValue.Of(TimestampConverter.Format(made)) : moment;
        }

        return (new BranchChange(0, table.Name, row, found is null ? ChangeKind.Enter : ChangeKind.Set, written, at, at.Device, number), null);
    }

    /// <summary>Ids of the master's own that the record names, by table.</summary>
    public IEnumerable<(string Table, string Id)> IdsOf(ForeignRecord record) =>
        schema.Tables.TryGetValue(record.Table, out var table) && record.Data.ValueKind == JsonValueKind.Object
            ? [(record.Table, record.Id), .. from field in table.Fields.Values
                                             where field.Type == FieldType.Ref && record.Data.TryGetProperty(field.Name, out _)
                                             let id = ForeignValue.IdText(record.Data.GetProperty(field.Name))
                                             where id is { Length: > 0 } && !Guid.TryParse(id, out _)
                                             select (field.Table!, id)]
            : [(record.Table, record.Id)];

    // What this node has no field for it does not need, and sums it counts itself.
    private static Dictionary<string, FieldValue> Fields(string master, TableSchema table, JsonElement data) =>
        data.EnumerateObject().Select(member => (Field: table.Fields.GetValueOrDefault(member.Name), member.Value)).Where(member => member.Field is { Sum: null })
            .GroupBy(member => member.Field!.Name).ToDictionary(
                group => group.Key, group => ForeignValue.Read(group.Last().Field!, group.Last().Value, (of, id) => ForeignIds.RowOf(master, of, id)), StringComparer.Ordinal);

    // The master's times are whole seconds: this node's, cut off, is the same.
    private static bool IsSameSecond(FieldValue told, FieldValue? held) =>
        told.AsText is { Length: 24 } text && held?.AsText is { Length: 24 } own && text.EndsWith(".000Z", StringComparison.Ordinal) && text.AsSpan(0, 19).SequenceEqual(own.AsSpan(0, 19));

    // A wrong clock wins no argument: a time of the future is now.
    private Stamp StampOf(string master, ForeignRecord record)
    {
        var now = time.GetUtcNow();
        var at = record.UpdatedAt is { } told && told <= now + NodeClock.MostAhead && told > DateTimeOffset.UnixEpoch ? told : now;
        return new Stamp(at.ToUnixTimeMilliseconds(), 0, new DeviceId($"master-{DerivedId.Of(master):N}"));
    }

    private static DateTimeOffset? TimeIn(JsonElement data, string name) =>
        data.TryGetProperty(name, out var told) && told.ValueKind == JsonValueKind.String && ForeignTime.TryParse(told.GetString()!, out var at) ? at : null;
}
