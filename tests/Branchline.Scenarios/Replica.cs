using System.Text.Json;
using Branchline.Protocol;

namespace Branchline.Scenarios;

/// <summary>A device's rows of one scope, by the protocol alone: a snapshot or nothing, then the feed.</summary>
internal sealed class Replica(Shop shop, string scope)
{
    private readonly Dictionary<(string Table, Guid Id), Dictionary<string, FieldValue>> _rows = [];
    private Cursor? _cursor;
    private string? _checksum;

    /// <summary>Every row as text, ordered; fields without a value are left out.</summary>
    public IReadOnlyList<string> Rows => [.. _rows.Select(row => Spell(row.Key.Table, row.Key.Id, row.Value)).Order(StringComparer.Ordinal)];

    public async Task ReadSnapshotAsync()
    {
        string? next = "";
        while (next is not null)
        {
            var path = $"/sync/snapshot?scope={scope}" + (next.Length == 0 ? "" : "&after=" + next);
            var chunk = (await shop.SendAsync(HttpMethod.Get, path)).Deserialize(ProtocolJson.Default.SnapshotChunk)!;
            foreach (var part in chunk.Parts)
            {
                foreach (var row in part.Rows)
                {
                    var fields = part.Columns.Zip(row).ToDictionary(pair => pair.First, pair => pair.Second);
                    _rows[(part.Table, Guid.Parse(fields["id"].AsText!))] = fields;
                }
            }

            (_cursor, next) = (chunk.Cursor, chunk.Next);
        }
    }

    /// <summary>The node's own checksum of the scope as it stands; no rows are kept.</summary>
    public static async Task<string> ChecksumAsync(Shop shop, string scope)
    {
        var head = (await shop.SendAsync(HttpMethod.Get, $"/sync/snapshot?scope={scope}&limit=1")).Deserialize(ProtocolJson.Default.SnapshotChunk)!;
        var replica = new Replica(shop, scope) { _cursor = head.Cursor };
        await replica.FollowAsync();
        return replica._checksum!;
    }

    /// <summary>Reads the feed on to its end, from its beginning when no snapshot was read.</summary>
    public async Task FollowAsync()
    {
        _cursor ??= new Cursor((await PullAsync([])).Epoch, 0);
        FeedPage page;
        do
        {
            page = (await PullAsync(new Dictionary<string, Cursor?> { [scope] = _cursor })).Pages.Single();
            foreach (var change in page.Changes!)
            {
                Apply(change);
            }

            (_cursor, _checksum) = (page.To, page.Checksum);
        }
        while (page.More == true);
    }

    /// <summary>A row as text; fields without a value are left out.</summary>
    public static string Spell(string table, Guid id, IReadOnlyDictionary<string, FieldValue> fields) => $"{table} {id} " + string.Join(
        ' ',
        from field in fields
        where !field.Value.IsNull && field.Key != "id"
        orderby field.Key
        select $"{field.Key}={field.Value}");

    private async Task<PullReply> PullAsync(Dictionary<string, Cursor?> cursors)
    {
        var request = new PullRequest(new DeviceId("replica"), cursors);
        var body = JsonSerializer.SerializeToUtf8Bytes(request, ProtocolJson.Default.PullRequest);
        return (await shop.SendAsync(HttpMethod.Post, "/sync/pull", body)).Deserialize(ProtocolJson.Default.PullReply)!;
    }

    private void Apply(Change change)
    {
        var key = (change.Table, change.Id);
        if (change.Kind is ChangeKind.Leave or ChangeKind.Delete)
        {
            _rows.Remove(key);
            return;
        }

        if (change.Kind == ChangeKind.Enter || !_rows.TryGetValue(key, out var row))
        {
            _rows[key] = row = [];
        }

        foreach (var (name, value) in change.Fields!)
        {
            row[name] = value;
        }
    }
}
