using System.Buffers;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Replication.MasterSlave;

namespace Branchline.Server.Gateway.MasterSlave;

/// <summary>
/// What a slave says has arrived: a time, or ids of records, each with or without its table. Taken are <c>synced_at</c>, <c>last_synced_at</c> or
/// <c>timestamp</c>; <c>ids</c>, or <c>records</c> as they were downloaded; <c>tables</c> says which download is meant, where several are open.
/// </summary>
internal sealed record Acknowledgement(DateTimeOffset? At, IReadOnlySet<(string? Table, string Id)> Ids, string? Tables)
{
    private static readonly string[] Times = ["synced_at", "last_synced_at", "timestamp"];

    public static Acknowledgement? Parse(in ReadOnlySequence<byte> body, out Problem? problem)
    {
        try
        {
            using var document = SlaveBody.Parse(body);
            return Read(document.RootElement, out problem);
        }
        catch (JsonException)
        {
            problem = Malformed("The body is not JSON");
            return null;
        }
    }

    private static Acknowledgement? Read(JsonElement told, out Problem? problem)
    {
        problem = null;
        if (told.ValueKind != JsonValueKind.Object)
        {
            problem = Malformed("The body is no object");
            return null;
        }

        DateTimeOffset? at = null;
        var time = Array.Find(Times, name => told.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null);
        if (time is not null)
        {
            if (ForeignValue.IdText(told.GetProperty(time)) is not { } text || !ForeignTime.TryParse(text, out var parsed))
            {
                problem = Problems.ForField(ErrorCodes.WrongType, time, "That is no time", "Send synced_at as the download gave it");
                return null;
            }

            at = parsed;
        }

        var ids = new HashSet<(string?, string)>();
        var hasIds = (told.TryGetProperty("ids", out var list) || told.TryGetProperty("records", out list)) && TryReadIds(list, ids);
        if (at is null && !hasIds)
        {
            problem = Problems.ForField(
                ErrorCodes.Required, "synced_at", "Nothing says what has arrived", "Send synced_at as the download gave it, or the ids of its records");
            return null;
        }

        return new Acknowledgement(at, ids, TablesOf(told));
    }

    // [1, "…"], [{ "table": …, "id": … }], or { "products": [1, 2] }.
    private static bool TryReadIds(JsonElement list, HashSet<(string?, string)> ids)
    {
        switch (list.ValueKind)
        {
            case JsonValueKind.Array:
                Add(list, null, ids);
                return true;
            case JsonValueKind.Object:
                foreach (var table in list.EnumerateObject().Where(table => table.Value.ValueKind == JsonValueKind.Array))
                {
                    Add(table.Value, table.Name, ids);
                }

                return true;
            default:
                return false;
        }
    }

    private static void Add(JsonElement list, string? table, HashSet<(string?, string)> ids)
    {
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Object && item.TryGetProperty("id", out var id) && ForeignValue.IdText(id) is { } named)
            {
                ids.Add((item.TryGetProperty("table", out var of) && of.ValueKind == JsonValueKind.String ? of.GetString() : table, named));
            }
            else if (ForeignValue.IdText(item) is { } text)
            {
                ids.Add((table, text));
            }
        }
    }

    private static string? TablesOf(JsonElement told) =>
        told.TryGetProperty("tables", out var tables) && tables.ValueKind == JsonValueKind.Array
            ? SlaveTables.Join(tables.EnumerateArray().Where(table => table.ValueKind == JsonValueKind.String).Select(table => table.GetString()!))
            : null;

    private static Problem Malformed(string detail) =>
        Problems.For(ErrorCodes.MalformedJson, detail, "Send { \"synced_at\": \"…\" } as the download gave it, or { \"ids\": [ … ] }");
}
