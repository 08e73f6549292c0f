using System.Text;
using Branchline.Client;
using Branchline.Protocol;
using Branchline.Server.Feed;
using Branchline.Sqlite;
using Branchline.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Client;

public sealed class ReplicaCheckTests
{
    private const int Products = 300;

    private static readonly ClientOptions ByHttp = new()
    {
        UseSocket = false,
        PollEvery = TimeSpan.FromMilliseconds(50),
        FirstPause = TimeSpan.FromMilliseconds(20),
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_row_altered_in_the_clients_file_one_lost_and_one_too_many_are_put_right_and_nothing_else_travels(bool useSocket)
    {
        await using var shop = await ClientShop.OpenAsync();
        var ids = await FillAsync(shop);
        await shop.CloseAsync(await shop.InStepAsync("till"));
        AlterFile(
            shop.Store("till").Path,
            $"UPDATE rows SET fields = json_set(fields, '$.price', 7) WHERE id = x'{ids[17]:n}'",
            $"DELETE FROM rows WHERE id = x'{ids[250]:n}'",
            $"INSERT INTO rows SELECT tbl, x'{ids[99].ToString("n")[..^4]}ffff', scope, seq, life, mine, fields FROM rows WHERE id = x'{ids[99]:n}'");
        shop.Line.TakeSaid();

        var differences = new List<ReplicaDifference>();
        var options = useSocket ? Telling(ClientShop.Quick, differences) : Telling(ByHttp, differences);
        var client = await shop.ConnectAsync("till", options: options);
        await ClientShop.EventuallyAsync(() => client.Checks.Mismatches > 0, () => $"{client.State}");
        await ClientShop.EventuallyAsync(() => client.State is ConnectionState.Live, () => $"{client.State}");

        Assert.Equal(new ReplicaChecks(1, 3), client.Checks);
        Assert.Equal([new ReplicaDifference("everyone", 3)], differences);
        Assert.Equal(["P017", "P250"], NamesIn(shop.Line.TakeSaid()));
        var rows = await client.Table<Product>("products").ListAsync(ClientShop.Late);
        Assert.Equal(ids, rows.Select(row => row.Id));
        Assert.All(rows, row => Assert.Equal(100, row.Price));

        // What lies in the file is right from here on.
        await shop.CloseAsync(client);
        Assert.Equal(new ReplicaChecks(0, 0), (await shop.InStepAsync("till")).Checks);
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_any_more_is_fetched_though_the_node_has_written_to_it_meanwhile()
    {
        await using var shop = await ClientShop.OpenAsync();
        var ids = await FillAsync(shop);
        await shop.CloseAsync(await shop.InStepAsync("till"));
        AlterFile(
            shop.Store("till").Path,
            $$"""UPDATE rows SET fields = '{"name":"P0' WHERE id = x'{{ids[5]:n}}'""",
            $"UPDATE rows SET fields = '' WHERE id = x'{ids[6]:n}'");
        await shop.AsNodeAsync(Write.Update("products", ids[6], ("price", FieldValue.Of(101))));

        var client = await shop.InStepAsync("till");

        Assert.Equal(new ReplicaChecks(1, 2), client.Checks);
        var rows = await client.Table<Product>("products").ListAsync(ClientShop.Late);
        Assert.Equal(Products, rows.Count);
        Assert.Equal(("P005", 100L, "P006", 101L), (rows[5].Name, rows[5].Price, rows[6].Name, rows[6].Price));
    }

    [Fact]
    public async Task A_client_whose_file_is_damaged_in_one_place_still_sends_and_hears()
    {
        await using var shop = await ClientShop.OpenAsync();
        await FillAsync(shop);
        await shop.CloseAsync(await shop.InStepAsync("till"));
        DamagePageOf(shop.Store("till").Path, "P250");

        var failures = new List<Exception>();
        var client = await shop.InStepAsync("till", options: new ClientOptions { FirstPause = ClientShop.Quick.FirstPause, Failed = failures.Add });
        await client.Table<Product>("products").SaveAsync(ClientShop.Product(client, "Own"), ClientShop.Late);
        var note = NewId.Next();
        await shop.AsNodeAsync(Write.Insert("categories", note, ("name", FieldValue.Of("Drinks"))));
        await client.Outbox.WhenSentAsync(ClientShop.Late);
        await ClientShop.InStepAsync(client);

        Assert.NotNull(await client.Table<Dictionary<string, FieldValue>>("categories").FindAsync(note, ClientShop.Late));
        Assert.Empty(await client.Outbox.TrayAsync(ClientShop.Late));
        Assert.IsType<StoreUnavailableException>(Assert.Single(failures));
    }

    [Fact]
    public async Task A_row_altered_under_a_running_client_is_found_when_the_node_next_writes_to_it()
    {
        await using var shop = await ClientShop.OpenAsync();
        var ids = await FillAsync(shop);
        var client = await shop.InStepAsync("till");
        AlterFile(shop.Store("till").Path, $"UPDATE rows SET fields = json_remove(fields, '$.name') WHERE id = x'{ids[5]:n}'");

        await shop.AsNodeAsync(Write.Update("products", ids[5], ("price", FieldValue.Of(101))));

        await ClientShop.EventuallyAsync(() => client.Checks.Repaired > 0, () => $"{client.Checks}");
        Assert.Equal(new ReplicaChecks(1, 1), client.Checks);
        var row = await client.Table<Product>("products").FindAsync(ids[5], ClientShop.Late);
        Assert.Equal(("P005", 101), (row!.Name, row.Price));
    }

    [Fact]
    public async Task A_replica_that_was_only_ever_written_by_its_client_never_differs()
    {
        await using var shop = await ClientShop.OpenAsync();
        var ids = await FillAsync(shop);
        var buyer = NewId.Next();
        await shop.AsNodeAsync(Buyer(buyer, shop.North));
        var client = await shop.InStepAsync("till", branches: [shop.North, shop.South]);

        foreach (var (index, branch) in new[] { shop.South, shop.North, shop.South }.Index())
        {
            await shop.AsNodeAsync(
                Write.Update("clients", buyer, ("branch_id", FieldValue.Of(branch.ToString()))),
                Write.Update("products", ids[index], ("tax_rate", FieldValue.Of(0.25m)), ("tags", FieldValue.OfJson("""["é",{"b":1.0}]"""))));
            await client.Table<Product>("products").SaveAsync(ClientShop.Product(client, $"Own {index}"), ClientShop.Late);
            await shop.AsNodeAsync(Write.Delete("products", ids[20 + index]));
        }

        await ClientShop.InStepAsync(client);
        Assert.Equal(new ReplicaChecks(0, 0), client.Checks);
        Assert.Equal(Products, (await ClientShop.NamesAsync(client)).Length);
        Assert.Equal(shop.South, (await client.Table<Buyer>("clients").FindAsync(buyer, ClientShop.Late))!.BranchId);

        // Nor when everything is counted from the file.
        await shop.CloseAsync(client);
        var again = await shop.InStepAsync("till", branches: [shop.North, shop.South]);
        Assert.Equal(new ReplicaChecks(0, 0), again.Checks);
    }

    [Fact]
    public async Task Who_was_away_for_too_long_sends_first_what_waits_and_then_fetches_what_differs_and_no_snapshot()
    {
        await using var shop = await ClientShop.OpenAsync(
            ("Branchline:Feed:KeepLog", "00:00:00"), ("Branchline:Feed:KeepTombstones", "00:00:00"), ("Branchline:Feed:HoldForDevices", "00:00:00"),
            ("Branchline:Feed:HoldForSnapshots", "00:00:01"), ("Branchline:Feed:Pause", "00:00:00"));
        var ids = await FillAsync(shop);
        var client = await shop.InStepAsync("till");
        shop.Line.Cut();
        await client.MutateAsync(draft => draft.Update("products", ids[3], ("price", FieldValue.Of(333))), ClientShop.Late);
        await client.Table<Product>("products").SaveAsync(ClientShop.Product(client, "Own"), ClientShop.Late);
        await shop.CloseAsync(client);
        await shop.AsNodeAsync(
            Write.Update("products", ids[4], ("price", FieldValue.Of(444))), Write.Insert("products", NewId.Next(), Named("P900")),
            Write.Delete("products", ids[5]));
        await PurgeAsync(shop);

        shop.Line.TakeSaid();
        var again = await shop.ConnectAsync("till");
        Assert.Equal(2, again.Outbox.Waiting);
        Assert.Equal(Products + 1, (await ClientShop.NamesAsync(again)).Length);
        shop.Line.Mend();
        again.Nudge();
        await ClientShop.InStepAsync(again);

        var said = shop.Line.TakeSaid();
        Assert.DoesNotContain("/sync/snapshot", said, StringComparison.Ordinal);
        Assert.InRange(said.IndexOf("/sync/push", StringComparison.Ordinal), 0, said.IndexOf("/sync/compare", StringComparison.Ordinal));
        Assert.Equal(["P003", "P004", "P900"], NamesIn(said));
        Assert.Empty(await again.Outbox.TrayAsync(ClientShop.Late));
        Assert.Equal(new ReplicaChecks(0, 0), again.Checks);
        var names = await ClientShop.NamesAsync(again);
        Assert.Equal(await shop.NamesOnNodeAsync(), names);
        Assert.Contains("Own", names);
        Assert.Equal(333, (await again.Table<Product>("products").FindAsync(ids[3], ClientShop.Late))!.Price);
    }

    /// <summary>Lets nothing be told any longer of what was deleted.</summary>
    private static async Task PurgeAsync(ClientShop shop)
    {
        var marks = shop.Node.Services.GetRequiredService<FeedMarks>();
        var compaction = shop.Node.Services.GetRequiredService<Server.Mutations.Compaction>();
        await ClientShop.EventuallyAsync(
            async () =>
            {
                await compaction.RunAsync(ClientShop.Late);
                return marks.Floor > 0;
            },
            () => "The tombstones stay");
    }

    private static async Task<List<Guid>> FillAsync(ClientShop shop)
    {
        List<Guid> ids = [.. Enumerable.Range(0, Products).Select(_ => NewId.Next()).Order()];
        foreach (var some in ids.Index().Chunk(100))
        {
            await shop.AsNodeAsync([.. some.Select(one => Write.Insert("products", one.Item, Named($"P{one.Index:d3}")))]);
        }

        return ids;
    }

    private static (string, FieldValue)[] Named(string name) => [("name", FieldValue.Of(name)), ("price", FieldValue.Of(100))];

    private static RowWrite Buyer(Guid id, Guid branch) =>
        Write.Insert("clients", id, ("name", FieldValue.Of("Ana")), ("branch_id", FieldValue.Of(branch.ToString())));

    private static ClientOptions Telling(ClientOptions how, List<ReplicaDifference> differences) => new()
    {
        FirstPause = how.FirstPause,
        LongestPause = how.LongestPause,
        PollEvery = how.PollEvery,
        UseSocket = how.UseSocket,
        Differed = differences.Add,
    };

    /// <summary>The products whose rows were on the line.</summary>
    private static string[] NamesIn(string said) =>
        [.. Enumerable.Range(0, 1000).Select(number => $"P{number:d3}").Where(name => said.Contains($"\"{name}\"", StringComparison.Ordinal))];

    /// <summary>Makes the page on which the text stands no page of SQLite's.</summary>
    private static void DamagePageOf(string path, string text)
    {
        const int PageBytes = 4096;
        var file = File.ReadAllBytes(path);
        var page = file.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) / PageBytes;
        Assert.InRange(page, 1, int.MaxValue);
        file.AsSpan(page * PageBytes, 8).Clear();
        File.WriteAllBytes(path, file);
    }

    private static void AlterFile(string path, params string[] statements)
    {
        using var database = Database.Open(path, readOnly: false);
        foreach (var statement in statements)
        {
            database.Execute(statement);
            Assert.Equal(1, database.RowsChanged);
        }
    }
}
