using System.Text.Json;

namespace Branchline.Server.Replication.MasterSlave;

/// <summary>A record of a master; <paramref name="Data"/> is the row where it has one.</summary>
internal sealed record ForeignRecord(string Table, string Id, bool IsDelete, JsonElement Data, DateTimeOffset? UpdatedAt);

/// <summary>
/// What a master answers to a download: <c>records</c> (or <c>data</c>) as a list of records, or of each table a list of its rows; the time to ask from
/// next as <c>synced_at</c>, <c>last_synced_at</c>, <c>server_time</c> or <c>timestamp</c>; and <c>has_more</c>.
/// </summary>
internal sealed record ForeignPage(IReadOnlyList<ForeignRecord> Records, IReadOnlyList<string> Unread, string? SyncedAt, bool HasMore)
{
    private static readonly string[] Times = ["synced_at", "last_synced_at", "server_time", "timestamp"];

    /// <summary>Null where it is no such answer.</summary>
    public static ForeignPage? Read(JsonElement? answer)
    {
        if (answer is not { ValueKind: JsonValueKind.Object } body
            || Array.Find(["records", "data", "changes"], name => body.TryGetProperty(name, out _)) is not { } name)
        {
            return null;
        }

        var (records, unread) = (new List<ForeignRecord>(), new List<string>());
        var list = body.GetProperty(name);
        if (list.ValueKind == JsonValueKind.Array)
        {
            Read(list, null, records, unread);
        }
        else if (list.ValueKind == JsonValueKind.Object)
        {
            foreach (var table in list.EnumerateObject().Where(table => table.Value.ValueKind == JsonValueKind.Array))
            {
                Read(table.Value, table.Name, records, unread);
            }
        }

        var time = Array.Find(Times, name => body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String);
        var hasMore = body.TryGetProperty("has_more", out var more) && more.ValueKind == JsonValueKind.True;
        return new ForeignPage(records, unread, time is null ? Latest(records) : body.GetProperty(time).GetString(), hasMore);
    }

    private static void Read(JsonElement list, string? table, List<ForeignRecord> records, List<string> unread)
    {
        foreach (var item in list.EnumerateArray())
        {
            if (Read(item, table) is { } record)
            {
                records.Add(record);
            }
            else
            {
                unread.Add(item.ToString() is { Length: > 200 } text ? text[..200] : item.ToString());
            }
        }
    }

    private static ForeignRecord? Read(JsonElement item, string? table)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var isRow = table is not null && !item.TryGetProperty("data", out _);
        var data = isRow ? item : item.TryGetProperty("data", out var row) && row.ValueKind == JsonValueKind.Object ? row : default;
        var idTold = data.ValueKind == JsonValueKind.Object && data.TryGetProperty("id", out var own) ? own : item.TryGetProperty("id", out var other) ? other : default;
        var name = table ?? TextOf(item, "table");
        if (name is null || ForeignValue.IdText(idTold) is not { Length: > 0 } id)
        {
            return null;
        }

        var isGone = data.ValueKind == JsonValueKind.Object && data.TryGetProperty("deleted_at", out var at) && at.ValueKind != JsonValueKind.Null;
        var isDelete = isGone || TextOf(item, "action")?.StartsWith("delete", StringComparison.OrdinalIgnoreCase) == true;
        return isDelete || data.ValueKind == JsonValueKind.Object ? new ForeignRecord(name, id, isDelete, data, TimeOf(item) ?? TimeOf(data)) : null;
    }

    private static DateTimeOffset? TimeOf(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object && TextOf(item, "updated_at") is { } text && ForeignTime.TryParse(text, out var time) ? time : null;

    // A master that does not say its time has said it in the rows.
    private static string? Latest(List<ForeignRecord> records) =>
        records.Max(record => record.UpdatedAt) is { } latest ? ForeignTime.Format(latest) : null;

    private static string? TextOf(JsonElement item, string name) => item.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
