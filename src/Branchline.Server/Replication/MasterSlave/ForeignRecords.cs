using System.Text.Json;
using System.Text.Json.Nodes;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Feed.Branches;
using Branchline.Server.Store;

namespace Branchline.Server.Replication.MasterSlave;

/// <summary>A row on its way up: where it waits (null for one that goes along), what the master calls it, and the record.</summary>
internal sealed record SentRecord(long? Place, string Table, string Id, JsonObject Json);

/// <summary>Makes records of this node's rows, as a Laravel slave would: whole rows, sums included, the master's ids where it gave any.</summary>
internal sealed class ForeignRecords(BusinessSchema schema, BranchFeed feed, RowReader rows, ForeignIds ids)
{
    private static readonly string[] Kept = ["created_at", "updated_at"];

    /// <summary>The row as it stands, or null where there is nothing to tell: it is not there, or went before the master heard of it.</summary>
    public async Task<SentRecord?> OfAsync(string master, (long? Place, string Table, Guid Row) offer, CancellationToken cancellationToken)
    {
        if (!schema.Tables.TryGetValue(offer.Table, out var table) || (await feed.ReadAsync([(offer.Table, offer.Row)], cancellationToken))[0] is not { } found)
        {
            return null;
        }

        var known = ids.Find(master, offer.Table, offer.Row);
        var id = known ?? offer.Row.ToString();
        var row = found.Row.Kind == ChangeKind.Delete ? null : await rows.FindAsync(table, offer.Row, [found.Scope], cancellationToken);
        if (row is null)
        {
            var data = new JsonObject { ["id"] = Node(ForeignIds.ValueOf(id)), ["updated_at"] = ForeignTime.Format(DateTimeOffset.FromUnixTimeMilliseconds(found.Row.At.Milliseconds)) };
            return known is null ? null : Record(offer.Place, offer.Table, (id, "delete"), data);
        }

        var whole = new JsonObject { ["id"] = Node(ForeignIds.ValueOf(id)) };
        foreach (var field in table.Fields.Values)
        {
            whole[field.Name] = Told(master, field, row.Fields.GetValueOrDefault(field.Name));
        }

        foreach (var name in Kept)
        {
            whole[name] = Time(row.Fields.GetValueOrDefault(name));
        }

        return Record(offer.Place, offer.Table, (id, known is null ? "create" : "update"), whole);
    }

    /// <summary>The rows that are summed from a ledger's entry: their sums have moved, and nothing else says so.</summary>
    public async Task<IReadOnlyList<(string Table, Guid Row)>> SummedFromAsync(string ledger, Guid entry, CancellationToken cancellationToken)
    {
        var summed = new List<(string, Guid)>();
        foreach (var (table, sum) in schema.Tables.Values.SelectMany(table => table.Fields.Values.Where(field => field.Sum?.Ledger == ledger).Select(field => (table, field.Sum!))))
        {
            if ((await feed.ReadAsync([(ledger, entry)], cancellationToken))[0] is { Row.Fields: { } fields })
            {
                var scope = RowScope.Of(table, sum.Match.ToDictionary(pair => pair.Key, pair => fields.GetValueOrDefault(pair.Value)));
                var filters = sum.Match.Select(pair => new RowFilter(pair.Key, Comparison.Equal, [fields.GetValueOrDefault(pair.Value)])).ToArray();
                summed.AddRange((await rows.QueryAsync(new RowQuery(table, [scope]) { Filters = filters, Limit = 1 }, cancellationToken)).Select(row => (table.Name, row.Id)));
            }
        }

        return summed;
    }

    private static SentRecord Record(long? place, string table, (string Id, string Action) what, JsonObject data) =>
        new(place, table, what.Id, new JsonObject { ["id"] = data["id"]?.DeepClone(), ["table"] = table, ["action"] = what.Action, ["data"] = data });

    private JsonNode? Told(string master, FieldSchema field, FieldValue value) => field.Type switch
    {
        FieldType.Ref when Guid.TryParse(value.AsText, out var row) => Node(ids.Find(master, field.Table!, row) is { } id ? ForeignIds.ValueOf(id) : value),
        FieldType.Timestamp => Time(value),
        _ => Node(value),
    };

    private static JsonNode? Time(FieldValue value) =>
        value.AsText is { } text && ForeignTime.TryParse(text, out var time) ? JsonValue.Create(ForeignTime.Format(time)) : Node(value);

    private static JsonNode? Node(FieldValue value) => JsonNode.Parse(JsonSerializer.Serialize(value, ProtocolJson.Default.FieldValue));
}
