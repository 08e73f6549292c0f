using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Store.Sqlite;
using Branchline.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Feed.Checksums;

public sealed class ChecksumTests
{
    [Fact]
    public async Task A_reader_who_has_read_everything_has_the_checksum_that_the_node_tells()
    {
        await using var node = await NotesNode.StartAsync();
        var (first, second) = (await node.AddAsync("north", "café"), await node.AddAsync("north", "b"));
        await node.ChangeAsync(first, "weight", FieldValue.Of(0.125m));
        await node.ChangeAsync(first, "tags", FieldValue.OfJson("""{"b":[1.0,{"x":null}],"a":"é"}"""));
        await node.ChangeAsync(second, "owner", FieldValue.Of("south"));
        await node.DeleteAsync(await node.AddAsync("south", "gone"));

        var reader = NotesReader.From(node, 0);
        await reader.ReadOnAsync(limit: 1);

        Assert.All(NotesNode.Owners.Select(NotesNode.Scope), scope => Assert.Equal(reader.ChecksumOf(scope), reader.Told[scope]));
        Assert.Equal("0000000000000000", reader.Told[NotesNode.Scope("west")]);
        Assert.NotEqual("0000000000000000", reader.Told[NotesNode.Scope("north")]);
    }

    [Fact]
    public async Task Who_may_not_read_a_table_is_told_the_checksum_of_the_others()
    {
        await using var node = await NotesNode.StartAsync();
        await node.AddAsync("north", "open");
        var reader = NotesReader.From(node, 0);
        await reader.ReadOnAsync(limit: 10);
        var before = reader.Told[NotesNode.Scope("north")];

        await node.AddAsync("north", "closed", table: "secrets");
        await reader.ReadOnAsync(limit: 10);

        Assert.Equal(before, reader.Told[NotesNode.Scope("north")]);
        await IsCountedAsync(node, sums: 2);
    }

    [Fact]
    public async Task Live_pages_tell_the_checksum_as_each_commit_leaves_it()
    {
        await using var shop = await Shop.OpenAsync();
        var manager = shop.Device("manager", shop.North);
        await using var live = await LiveDevice.ConnectAsync(shop.Node, shop.Node.Token("manager", $"{shop.North}"));
        await live.SendAsync("""{"type":"hello","device":"till-9","cursors":{}}""");
        await live.ReceiveAsync();
        await live.SendAsync("""{"type":"ping"}""");
        await live.ReceiveAsync();

        await manager.ApplyAsync(Write.Update("products", shop.Product, ("price", FieldValue.Of(1))));
        var page = (await live.ReceiveAsync())!;
        var pulled = await manager.PullAsync(new Dictionary<string, Cursor?> { ["everyone"] = new Cursor((await manager.PullAsync([])).Epoch, 0) });

        Assert.Equal(16, ((string?)page["checksum"])!.Length);
        Assert.Equal((string?)page["checksum"], pulled.Pages[0].Checksum);
    }

    [Fact]
    public async Task What_was_rejected_or_failed_changes_no_checksum()
    {
        await using var node = await NotesNode.StartAsync();
        var note = await node.AddAsync("north", "a");
        Assert.IsType<MutationOutcome.Rejected>(await node.WriteAsync(
            Write.Update("notes", note, ("text", FieldValue.Of("b"))), Write.Update("notes", NewId.Next(), ("text", FieldValue.Of("c")))));
        await node.WriteAsync(Write.Insert("notes", note, ("owner", FieldValue.Of("north")), ("text", FieldValue.Of("merged"))));
        var made = NewId.Next();
        await node.WriteAsync(Write.Insert("notes", made, ("owner", FieldValue.Of("north"))), Write.Delete("notes", made));

        await IsCountedAsync(node, sums: 1);
    }

    [Fact]
    public async Task Checksums_go_on_over_a_restart_and_are_counted_in_a_database_that_has_none()
    {
        using var directory = new TempDirectory();
        await using (var node = await NotesNode.StartAsync(directory.Path))
        {
            await node.AddAsync("north", "a");
            await node.AddAsync("south", "b");
        }

        await using (var node = await NotesNode.StartAsync(directory.Path))
        {
            await node.AddAsync("north", "c");
            await IsCountedAsync(node, sums: 2);
        }

        using (var database = Database.Open(directory.DatabaseFile, readOnly: false))
        {
            database.Execute("DROP TABLE _sums; DELETE FROM _meta WHERE key = 'sums'");
        }

        await using (var node = await NotesNode.StartAsync(directory.Path))
        {
            await node.AddAsync("south", "d");
            await IsCountedAsync(node, sums: 2);
        }
    }

    [Fact]
    public async Task A_replica_that_differs_finds_the_rows_that_do_and_no_others()
    {
        await using var shop = await Shop.OpenAsync();
        var manager = shop.Device("manager", shop.North);
        Guid[] products = [.. Enumerable.Range(0, 300).Select(_ => NewId.Next())];
        foreach (var some in products.Chunk(100))
        {
            await manager.ApplyAsync([.. some.Select(id => Write.Insert("products", id, ("name", FieldValue.Of($"{id}")), ("price", FieldValue.Of(1))))]);
        }

        var replica = await ReplicaAsync(manager);
        var (lacks, wrong, made) = (products[17], products[250], NewId.Next());
        replica.Remove(lacks);
        replica[wrong] ^= 1;
        replica[made] = 7;
        using var client = shop.Node.SignedIn("manager", $"{shop.North}");

        var (other, gone, asked) = await RepairAsync(client, replica);

        Assert.Equal(((Guid[])[lacks, wrong]).Order(), other.Order());
        Assert.Equal([made], gone);
        Assert.InRange(asked, 3, 4);
    }

    [Fact]
    public async Task Nobody_compares_a_scope_that_they_do_not_hold_nor_a_table_that_they_may_not_read()
    {
        await using var shop = await Shop.OpenAsync();
        using var cashier = shop.Node.SignedIn("cashier", $"{shop.North}");
        var range = new CompareRange("finance_cash_requests", null, null, "0000000000000001");

        using var refused = await cashier.PostAsJsonAsync("/sync/compare", new CompareRequest(shop.SouthScope, [range]), ProtocolJson.Default.CompareRequest);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Empty((await CompareAsync(cashier, shop.NorthScope, [range])).Ranges);
        Assert.Single((await CompareAsync(cashier, shop.NorthScope, [range with { Table = "orders" }])).Ranges);
    }

    [Fact]
    public async Task A_node_that_counts_itself_finds_what_is_kept_otherwise_and_puts_checksums_right()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("cashier", shop.North);
        await till.ApplyAsync(shop.Move("in", 10));
        using var admin = shop.Node.SignedIn("admin");
        Assert.Equal((0, 0), await WrongAsync(admin, fix: false));

        using (var database = Database.Open(Path.Combine(shop.Node.Directory, "branchline.db"), readOnly: false))
        {
            database.Execute("UPDATE products SET price = 7; UPDATE inventories SET quantity = 11");
        }

        Assert.Equal((2, 1), await WrongAsync(admin, fix: false));
        await till.ApplyAsync(shop.Move("in", 5));
        Assert.Equal((2, 1), await WrongAsync(admin, fix: true));
        Assert.Equal((0, 1), await WrongAsync(admin, fix: false));
        using var cashier = shop.Node.SignedIn("cashier");
        using var refused = await cashier.PostAsync("/api/compare", null);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    private static async Task<(int Checksums, int Sums)> WrongAsync(HttpClient admin, bool fix)
    {
        using var response = await admin.PostAsync($"/api/compare?fix={fix}", null);
        var reply = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        return (reply.GetProperty("wrongChecksums").GetArrayLength(), reply.GetProperty("wrongSums").GetArrayLength());
    }

    private static async Task IsCountedAsync(NotesNode node, int sums)
    {
        var store = node.Services.GetRequiredService<SqliteStore>();
        using var lease = await store.ReaderPool.RentAsync(CancellationToken.None);
        var counted = StoredSums.Count(lease.Database, store.Layouts.Values);
        var tables = StoredSums.Tables(store.Schema);
        Assert.Equal(sums, counted.Count);
        Assert.All(counted, one => Assert.Equal(one.Value, StoredSums.Read(lease.Database, tables, one.Key.Scope)[Array.IndexOf(tables, one.Key.Table)]));
    }

    private static async Task<Dictionary<Guid, ulong>> ReplicaAsync(TestDevice device)
    {
        var part = (await device.SnapshotAsync("everyone")).Parts.Single(part => part.Table == "products");
        var checksum = new RowChecksum();
        string[] names = [.. part.Columns.Skip(1).Order(StringComparer.Ordinal)];
        return part.Rows.ToDictionary(
            row => Guid.Parse(row[0].AsText!),
            row => checksum.Of("products", Guid.Parse(row[0].AsText!), names, part.Columns.Zip(row).ToDictionary(pair => pair.First, pair => pair.Second)));
    }

    /// <summary>As a device does it: range by range, down to few rows.</summary>
    private static async Task<(List<Guid> Other, List<Guid> Gone, int Asked)> RepairAsync(HttpClient client, Dictionary<Guid, ulong> replica)
    {
        var (other, gone, asked) = (new List<Guid>(), new List<Guid>(), 0);
        List<CompareRange> open = [Range(replica, null, null, withRows: false)];
        for (; open.Count > 0; asked++)
        {
            var reply = await CompareAsync(client, "everyone", open);
            open = [];
            foreach (var range in reply.Ranges.Where(range => !range.Same))
            {
                other.AddRange(range.Part?.Rows.Select(row => Guid.Parse(row[0].AsText!)) ?? []);
                gone.AddRange(range.Gone ?? []);
                if (range.Part is null && range.Gone is null)
                {
                    Guid?[] bounds = [range.After, .. range.Splits?.Select(id => (Guid?)id) ?? [], range.To];
                    open.AddRange(bounds.Zip(bounds.Skip(1)).Select(pair => Range(replica, pair.First, pair.Second, withRows: range.Splits is null)));
                }
            }
        }

        return (other, gone, asked);
    }

    private static CompareRange Range(Dictionary<Guid, ulong> replica, Guid? after, Guid? to, bool withRows)
    {
        var rows = replica.Where(row => (after is null || row.Key > after) && (to is null || row.Key <= to)).ToDictionary();
        var sum = rows.Values.Aggregate(0UL, (total, one) => unchecked(total + one));
        return new CompareRange("products", after, to, RowChecksum.Format(sum), withRows ? rows.ToDictionary(row => row.Key, row => RowChecksum.Format(row.Value)) : null);
    }

    private static async Task<CompareReply> CompareAsync(HttpClient client, string scope, IReadOnlyList<CompareRange> ranges)
    {
        using var response = await client.PostAsJsonAsync("/sync/compare", new CompareRequest(scope, ranges), ProtocolJson.Default.CompareRequest);
        return JsonSerializer.Deserialize(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(), ProtocolJson.Default.CompareReply)!;
    }
}
