using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Branchline.Tests.Gateway.MasterSlave;

/// <summary>
/// A slave as Laravel packages have it, written from the description of its endpoints alone: rows with counted ids, a queue of records, and a time of the
/// last sync. It knows nothing of a Branchline.
/// </summary>
internal sealed class LaravelSlave(HttpClient master, TimeProvider clock) : IDisposable
{
    private readonly Dictionary<(string Table, string Id), JsonObject> _rows = [];
    private readonly JsonArray _queue = [];
    private readonly HashSet<(string Table, string Id)> _deleted = [];
    private int _nextId;

    /// <summary>Sends its own time, as <c>Y-m-d H:i:s</c>, in place of the master's.</summary>
    public bool BelievesItsOwnClock { get; init; }

    /// <summary>How far its clock is ahead.</summary>
    public TimeSpan Ahead { get; init; }

    public bool Acknowledges { get; init; } = true;

    public string[] Tables { get; init; } = [];

    public int PageSize { get; init; } = 500;

    public string? LastSyncedAt { get; set; }

    /// <summary>How many records it was told, repeated ones too.</summary>
    public int Told { get; private set; }

    public JsonArray Queue => _queue;

    public JsonObject? Row(string table, string id) => _rows.GetValueOrDefault((table, id));

    public IEnumerable<JsonObject> Rows(string table) => _rows.Where(row => row.Key.Table == table).Select(row => row.Value);

    public bool WasDeleted(string table, string id) => _deleted.Contains((table, id));

    public int Create(string table, JsonObject row)
    {
        row["id"] = ++_nextId;
        Touch(row);
        _rows[(table, _nextId.ToString(CultureInfo.InvariantCulture))] = row;
        Enqueue(table, "create", row);
        return _nextId;
    }

    public void Update(string table, string id, string field, JsonNode value)
    {
        var row = _rows[(table, id)];
        row[field] = value;
        Touch(row);
        Enqueue(table, "update", row);
    }

    public void Delete(string table, string id)
    {
        Enqueue(table, "delete", _rows[(table, id)]);
        _rows.Remove((table, id));
    }

    /// <summary>What <c>sync:run</c> does.</summary>
    public async Task SyncAsync()
    {
        await UploadAsync();
        for (var more = true; more;)
        {
            more = await DownloadAsync();
        }
    }

    /// <summary>The answer, and what was taken is no longer queued. A lost answer leaves the queue as it is.</summary>
    public async Task<JsonElement> UploadAsync(bool loseAnswer = false)
    {
        using var response = await master.PostAsJsonAsync("/api/sync/upload", new JsonObject { ["records"] = _queue.DeepClone() }, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        if (!loseAnswer)
        {
            _queue.Clear();
        }

        return await response.JsonAsync();
    }

    /// <summary>One page; whether there is more.</summary>
    public async Task<bool> DownloadAsync(bool loseAnswer = false)
    {
        var query = $"/api/sync/download?limit={PageSize}" + string.Concat(Tables.Select(table => $"&tables[]={table}"));
        query += LastSyncedAt is { } since ? $"&last_synced_at={Uri.EscapeDataString(since)}" : "";
        var startedAt = Now;
        using var response = await master.GetAsync(query, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        if (loseAnswer)
        {
            return false;
        }

        var page = await response.JsonAsync();
        foreach (var record in page.GetProperty("records").EnumerateArray())
        {
            Take(record);
        }

        LastSyncedAt = BelievesItsOwnClock ? startedAt : page.GetProperty("synced_at").GetString();
        if (Acknowledges)
        {
            object told = BelievesItsOwnClock ? new { ids = page.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("id")).ToArray() } : new { synced_at = LastSyncedAt };
            using var acknowledged = await master.PostAsJsonAsync("/api/sync/acknowledge", told, TestContext.Current.CancellationToken);
            acknowledged.EnsureSuccessStatusCode();
        }

        return page.GetProperty("has_more").GetBoolean();
    }

    public void Dispose() => master.Dispose();

    private string Now => (clock.GetUtcNow() + Ahead).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private void Take(JsonElement record)
    {
        Told++;
        var key = (record.GetProperty("table").GetString()!, record.GetProperty("id").ToString());
        if (record.GetProperty("action").GetString() == "delete")
        {
            _rows.Remove(key);
            _deleted.Add(key);
            return;
        }

        _rows[key] = JsonObject.Create(record.GetProperty("data"))!;
    }

    private void Touch(JsonObject row) => row["updated_at"] = Now;

    private void Enqueue(string table, string action, JsonObject row) =>
        _queue.Add(new JsonObject { ["id"] = row["id"]!.DeepClone(), ["table"] = table, ["action"] = action, ["data"] = row.DeepClone() });
}

/// <summary>A clock that stands at the second at which it was made.</summary>
internal sealed class OneMoment : TimeProvider
{
    private readonly DateTimeOffset _now = System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => _now;
}
