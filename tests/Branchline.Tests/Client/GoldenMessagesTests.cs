using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Branchline.Client.Live;
using Branchline.Client.Outgoing;
using Branchline.Client.Replica;
using Branchline.Client.Store;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Sqlite;

namespace Branchline.Tests.Client;

/// <summary>The client reads and writes the messages of protocol/sync by its own ways, too.</summary>
public sealed class GoldenMessagesTests
{
    [Theory]
    [InlineData("live-welcome", typeof(LiveFrame.Welcome))]
    [InlineData("live-page", typeof(LiveFrame.Page))]
    [InlineData("live-pushed", typeof(LiveFrame.Pushed))]
    [InlineData("live-refused", typeof(LiveFrame.Refused))]
    [InlineData("live-error", typeof(LiveFrame.Error))]
    public void A_frame_of_the_node_is_taken_for_what_it_is(string name, Type type) => Assert.IsType(type, LiveFrame.Parse(Golden(name)));

    [Fact]
    public void A_frame_of_a_later_protocol_is_passed_over() =>
        Assert.IsType<LiveFrame.Unknown>(LiveFrame.Parse("""{"type":"tidings","from":1}"""u8));

    [Theory]
    [InlineData("live-push")]
    [InlineData("push-request")]
    public void A_push_joined_from_the_outbox_is_the_golden_one(string name)
    {
        var golden = JsonNode.Parse(Golden(name))!;
        var entries = golden["mutations"]!.AsArray().Select((mutation, place) => Entry(mutation!, place)).ToArray();
        var body = PushBody.Of((string?)golden["incarnation"], entries, (long?)golden["id"]);

        Assert.True(JsonNode.DeepEquals(golden, JsonNode.Parse(body.Span)), Encoding.UTF8.GetString(body.Span));
    }

    [Fact]
    public void A_chunks_rows_are_in_the_file_as_the_node_sent_them()
    {
        using var directory = new TempDirectory();
        using var database = Database.Open(Path.Combine(directory.Path, "client.db"), readOnly: false);
        StoreLayout.Prepare(database);
        var json = Golden("snapshot-chunk");
        var chunk = JsonSerializer.Deserialize(json, ProtocolJson.Default.SnapshotChunk)!;
        var tables = new NameNumbers(database);

        var head = ChunkWriter.ReadHead(json);
        var count = new ChunkWriter(tables).Write(database, json, (7, head.Cursor.Seq), (1, 2));

        Assert.Equal(new ChunkHead(chunk.Scope, chunk.Cursor, chunk.Next), head);
        Assert.Equal(chunk.Parts.Sum(part => part.Rows.Count), count);
        foreach (var part in chunk.Parts)
        {
            foreach (var row in part.Rows)
            {
                var stored = RowTable.Find(database, tables.Find(part.Table)!.Value, Guid.Parse(row[0].AsText!))!;
                var expected = part.Columns.Zip(row).Skip(1).Where(field => !field.Second.IsNull).ToDictionary(field => field.First, field => field.Second);
                Assert.Equal((7, chunk.Cursor.Seq, 1, 2), (stored.Scope, stored.Seq, stored.Life, stored.Mine));
                Assert.Equal(expected, stored.Fields);
            }
        }
    }

    [Theory]
    [InlineData("""{"scope":"everyone","cursor":"e.4","parts":[{"table":"t","columns":["id"],"rows":[]}],"next":"4-1-0"}""", "4-1-0")]
    [InlineData("""{"scope":"everyone","cursor":"e.4","parts":[{"table":"t","columns":["id"],"rows":[]}],"next":null}""", null)]
    [InlineData("""{"next":"4-1-0","scope":"everyone","cursor":"e.4","parts":[]}""", "4-1-0")]
    public void The_place_to_go_on_from_is_read_wherever_it_stands(string json, string? next) =>
        Assert.Equal(next, ChunkWriter.ReadHead(Encoding.UTF8.GetBytes(json)).Next);

    [Fact]
    public void A_page_is_written_as_it_says()
    {
        using var directory = new TempDirectory();
        using var database = Database.Open(Path.Combine(directory.Path, "client.db"), readOnly: false);
        StoreLayout.Prepare(database);
        var page = JsonSerializer.Deserialize(Golden("live-page"), ProtocolJson.Default.FeedPage)!;
        var scope = new ScopeState(1, page.Scope, page.From, null, null, OldRows.None);
        var tables = new NameNumbers(database);
        var gone = page.Changes!.First(change => change.Kind == ChangeKind.Leave).Id;
        foreach (var there in new[] { gone, page.Changes![0].Id })
        {
            RowTable.Put(database, tables.Number(database, "orders"), there, new StoredRow(1, 1, 0, 0, []));
        }

        var touched = new PageWriter(tables).Write(database, page, scope, (new DeviceId("till"), 1), new ScopeSums(null).Begin());

        Assert.Equal(page.Changes!.Select(change => change.Id), touched.Select(row => row.Key.Id));
        Assert.Null(RowTable.Find(database, tables.Find("orders")!.Value, gone));
        Assert.Equal("paid", RowTable.Find(database, tables.Find("orders")!.Value, page.Changes![0].Id)!.Fields["status"].AsText);
    }

    [Fact]
    public void A_patch_of_a_row_that_was_gone_when_the_snapshot_was_read_makes_none()
    {
        using var directory = new TempDirectory();
        using var database = Database.Open(Path.Combine(directory.Path, "client.db"), readOnly: false);
        StoreLayout.Prepare(database);
        var page = JsonSerializer.Deserialize(Golden("live-page"), ProtocolJson.Default.FeedPage)!;
        var patch = page.Changes!.First(change => change.Fields is not null) with { Kind = ChangeKind.Set };
        var tables = new NameNumbers(database);

        var touched = new PageWriter(tables).Write(
            database, page with { Changes = [patch] }, new ScopeState(1, page.Scope, page.From, null, null, OldRows.None), (new DeviceId("till"), 1),
            new ScopeSums(null).Begin());

        Assert.Empty(touched);
        Assert.Null(RowTable.Find(database, tables.Number(database, patch.Table), patch.Id));
    }

    [Fact]
    public void A_row_that_was_written_to_the_file_and_read_again_has_the_golden_checksum()
    {
        using var directory = new TempDirectory();
        using var database = Database.Open(Path.Combine(directory.Path, "client.db"), readOnly: false);
        StoreLayout.Prepare(database);
        foreach (var row in JsonNode.Parse(Golden("checksums"))!["rows"]!.AsArray())
        {
            var fields = row!["fields"].Deserialize(ProtocolJson.Default.DictionaryStringFieldValue)!;
            var key = new RowKey((string)row["table"]!, Guid.Parse((string)row["id"]!));
            RowTable.Put(database, 1, key.Id, new StoredRow(1, 1, 0, 0, fields));

            var sums = new RowSums(SchemaOf(key.Table, fields.Keys));
            var (_, sum) = RowTable.Sums(database, (1, 1), new IdRange(key.Table, null, null), sums).Single(stored => stored.Id == key.Id);

            Assert.Equal(sum, sums.Of(key, fields));
            Assert.Equal(((string)row["checksum"]!, row.ToJsonString()), (RowChecksum.Format(sum), row.ToJsonString()));
        }
    }

    private static BusinessSchema SchemaOf(string table, IEnumerable<string> fields) => new("", new Dictionary<string, TableSchema>
    {
        [table] = new()
        {
            Feature = "",
            Label = "",
            Scope = new ScopeRule(ScopeRule.Everyone),
            Access = new AccessRule([], [], [], []),
            Fields = fields.Except(TableSchema.KeptFields).Order(StringComparer.Ordinal).Reverse()
                .ToDictionary(name => name, name => new FieldSchema { Type = FieldType.Json, Label = "" }),
        },
    });

    private static byte[] Golden(string name) => Repository.ReadBytes($"protocol/sync/{name}.json");

    private static OutboxEntry Entry(JsonNode json, int place)
    {
        var mutation = JsonSerializer.Deserialize(json, ProtocolJson.Default.Mutation)!;
        return new OutboxEntry(
            place, OutboxState.Waiting, default, 1, mutation, JsonSerializer.SerializeToUtf8Bytes(mutation, ProtocolJson.Default.Mutation));
    }
}
