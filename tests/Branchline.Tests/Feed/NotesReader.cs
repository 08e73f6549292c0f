using System.Buffers;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Feed;
using Branchline.Server.Feed.Snapshots;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Feed;

/// <summary>A device's replica of every owner's notes, as the protocol has a device keep it: a row is in one scope, and the newer change counts.</summary>
internal sealed class NotesReader
{
    private readonly NotesNode _node;
    private readonly Dictionary<string, long> _read;
    private readonly Dictionary<Guid, Row> _rows;

    private NotesReader(NotesNode node, Dictionary<string, long> read, Dictionary<Guid, Row> rows) => (_node, _read, _rows) = (node, read, rows);

    /// <summary>Who has read nothing of what comes after a change.</summary>
    public static NotesReader From(NotesNode node, long seq) => new(node, NotesNode.Owners.ToDictionary(NotesNode.Scope, _ => seq), []);

    /// <summary>The scopes that had to be read anew.</summary>
    public List<string> Resets { get; } = [];

    /// <summary>The node's checksum of each scope as this reader has read it.</summary>
    public Dictionary<string, string?> Told { get; } = [];

    /// <summary>The checksum of the rows that this reader has in a scope.</summary>
    public string ChecksumOf(string scope)
    {
        var checksum = new RowChecksum();
        var sums = _rows.Where(row => row.Value.Scope == scope)
            .Select(row => checksum.Of("notes", row.Key, [.. row.Value.Fields.Keys.Where(name => name != "id").Order(StringComparer.Ordinal)], row.Value.Fields));
        return RowChecksum.Format(sums.Aggregate(0UL, (total, sum) => unchecked(total + sum)));
    }

    public long LowestCursor => _read.Values.Min();

    /// <summary>The same replica, which goes its own way from here.</summary>
    public NotesReader Copy() => new(_node, new Dictionary<string, long>(_read), new Dictionary<Guid, Row>(_rows));

    /// <summary>Rows by id, each as text.</summary>
    public IReadOnlyDictionary<Guid, string> Rows(IEnumerable<Guid> ids) =>
        ids.Where(_rows.ContainsKey).ToDictionary(id => id, id => _rows[id].Spell());

    /// <summary>Reads every scope to its end, in pages of about so many changes.</summary>
    public async Task ReadOnAsync(int limit)
    {
        foreach (var scope in _read.Keys.ToArray())
        {
            while (await ReadPageAsync(scope, limit))
            {
            }
        }
    }

    private async Task<bool> ReadPageAsync(string scope, int limit)
    {
        var reader = _node.Services.GetRequiredService<FeedReader>();
        var buffer = new ArrayBufferWriter<byte>();
        var cursor = reader.CursorAt(scope, NotesNode.Role, _read[scope]);
        await reader.WritePageAsync(new PageRequest(scope, cursor, limit, NotesNode.Role), buffer, "{", CancellationToken.None);
        var page = JsonSerializer.Deserialize(buffer.WrittenSpan, ProtocolJson.Default.FeedPage)!;
        if (page.Reset is { } reset)
        {
            Assert.Equal("expired", reset);
            Resets.Add(scope);
            await ReadAnewAsync(scope);
            return true;
        }

        foreach (var change in page.Changes!)
        {
            Apply(scope, change);
        }

        _read[scope] = page.To!.Value.Seq;
        Told[scope] = page.Checksum;
        Assert.Equal(page.More == true, page.Checksum is null);
        return page.More == true;
    }

    private async Task ReadAnewAsync(string scope)
    {
        foreach (var (id, row) in _rows.ToArray())
        {
            if (row.Scope == scope)
            {
                _rows.Remove(id);
            }
        }

        var chunk = await ReadSnapshotAsync(_node, scope);
        foreach (var row in chunk.Parts.Where(part => part.Table == "notes").SelectMany(part => part.Rows.Select(row => part.Columns.Zip(row).ToDictionary())))
        {
            _rows[Guid.Parse(row["id"].AsText!)] = new Row(scope, chunk.Cursor.Seq, row);
        }

        _read[scope] = chunk.Cursor.Seq;
    }

    public static async Task<SnapshotChunk> ReadSnapshotAsync(NotesNode node, string scope)
    {
        var shelf = node.Services.GetRequiredService<SnapshotShelf>();
        var token = shelf.Begin(scope, NotesNode.Role, isFresh: true);
        var chunk = await shelf.GetAsync(new SnapshotRequest(scope, token, 1_000_000, NotesNode.Role), CancellationToken.None);
        return JsonSerializer.Deserialize(chunk.Json.Span, ProtocolJson.Default.SnapshotChunk)!;
    }

    private void Apply(string scope, Change change)
    {
        var row = _rows.GetValueOrDefault(change.Id);
        if (row is not null && row.Seq >= change.Seq)
        {
            return;
        }

        var isElsewhere = row is not null && row.Scope != scope;
        switch (change.Kind)
        {
            case ChangeKind.Leave or ChangeKind.Delete when !isElsewhere:
                _rows.Remove(change.Id);
                break;
            case ChangeKind.Set when !isElsewhere:
                _rows[change.Id] = new Row(scope, change.Seq, Merged(row?.Fields, change.Fields!));
                break;
            case ChangeKind.Enter:
                _rows[change.Id] = new Row(scope, change.Seq, change.Fields!);
                break;
        }
    }

    private static Dictionary<string, FieldValue> Merged(IReadOnlyDictionary<string, FieldValue>? before, IReadOnlyDictionary<string, FieldValue> patch)
    {
        var fields = new Dictionary<string, FieldValue>(before ?? new Dictionary<string, FieldValue>());
        foreach (var (name, value) in patch)
        {
            fields[name] = value;
        }

        return fields;
    }

    private sealed record Row(string Scope, long Seq, IReadOnlyDictionary<string, FieldValue> Fields)
    {
        public string Spell() => Scope + " " + string.Join(
            ' ', Fields.Where(field => !field.Value.IsNull && field.Key != "id").OrderBy(field => field.Key).Select(field => $"{field.Key}={field.Value}"));
    }
}
