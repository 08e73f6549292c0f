using System.Collections.Concurrent;
using Branchline.Client;
using Branchline.Protocol;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Client;

public sealed class ReadyFileTests
{
    private const int Many = 3000;

    // Less than this is said beside the file; it is told from having the file's beginning sent again.
    private const long Apart = 250_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_begins_with_the_ready_file_holds_what_one_holds_that_begins_with_snapshots(bool compressed)
    {
        await using var shop = await ClientShop.OpenAsync();
        await FillAsync(shop, 100);
        var bySnapshots = await shop.InStepAsync("snapshots", options: With(useReadyFile: false));
        Assert.Empty(ReadyFiles(shop));

        var failures = new ConcurrentQueue<Exception>();
        var byFile = await shop.InStepAsync("file", options: With(compressed: compressed, rows: 30, failures: failures));

        Assert.Contains(compressed ? "1.db.gz" : "1.db", ReadyFiles(shop));
        Assert.Empty(failures);
        await shop.CloseAsync(bySnapshots);
        await shop.CloseAsync(byFile);
        Assert.Equal(101 + 2, Stored(shop, "file").Count);
        Assert.Equal(Stored(shop, "snapshots"), Stored(shop, "file"));
        Assert.Empty(LeftBeside(shop, "file"));
    }

    [Fact]
    public async Task A_download_that_was_cut_goes_on_in_the_middle()
    {
        await using var shop = await ClientShop.OpenAsync();
        await FillAsync(shop, Many);
        shop.Line.LoseAnswersAfter(700_000);
        var client = await shop.ConnectAsync("till");
        var (had, before) = (await CutAsync(shop), shop.Line.Carried);

        await MendAsync(shop, client);

        MustHaveGoneOn(shop, had, before);
        Assert.Equal(Many, (await ClientShop.NamesAsync(client)).Length);
    }

    [Fact]
    public async Task A_program_that_ended_in_the_middle_goes_on_where_it_was()
    {
        await using var shop = await ClientShop.OpenAsync();
        await FillAsync(shop, Many);
        shop.Line.LoseAnswersAfter(700_000);
        var first = await shop.ConnectAsync("till");
        var (had, before) = (await CutAsync(shop), shop.Line.Carried);
        await shop.CloseAsync(first);

        var second = await shop.ConnectAsync("till");
        Assert.False(second.IsLoaded);
        await MendAsync(shop, second);

        MustHaveGoneOn(shop, had, before);
        Assert.Equal(Many, (await ClientShop.NamesAsync(second)).Length);
        Assert.Empty(LeftBeside(shop, "till"));
    }

    [Fact]
    public async Task A_node_that_has_forgotten_the_file_gives_another_and_it_begins_anew()
    {
        await using var shop = await ClientShop.OpenAsync();
        await FillAsync(shop, Many);
        shop.Line.LoseAnswersAfter(700_000);
        var client = await shop.ConnectAsync("till");
        await CutAsync(shop);
        await shop.StopNodeAsync();
        await shop.StartNodeAsync();
        await shop.AsNodeAsync(Product("Later"));

        await MendAsync(shop, client);

        Assert.Equal(Many + 1, (await ClientShop.NamesAsync(client)).Length);
    }

    [Fact]
    public async Task A_program_that_ended_while_it_took_the_rows_has_no_cursor_and_takes_them_again()
    {
        await using var shop = await ClientShop.OpenAsync();
        await FillAsync(shop, Many);
        var first = await shop.ConnectAsync("till", options: With(rows: 1));
        await ClientShop.EventuallyAsync(() => CountInFile(shop, "till") > 0, () => $"{first.State}");
        await shop.CloseAsync(first);
        Assert.InRange(CountInFile(shop, "till"), 1, Many - 1);
        Assert.Equal(0, Ask(shop, "till", "SELECT COUNT(*) FROM scopes WHERE cursor IS NOT NULL"));
        Assert.Equal(0, Ask(shop, "till", "SELECT COUNT(*) FROM scopes WHERE has_old = 0 AND name NOT LIKE 'user:%'"));
        var gone = (await shop.NamesOnNodeAsync())[0];
        await shop.AsNodeAsync(Write.Delete("products", First(shop, "till")));

        // What lies beside the store is of another file than the node makes then.
        await shop.StopNodeAsync();
        await shop.StartNodeAsync();
        shop.Line.Mend();
        var second = await shop.InStepAsync("till");

        Assert.Equal(Many - 1, (await ClientShop.NamesAsync(second)).Length);
        Assert.Equal(await shop.NamesOnNodeAsync(), await ClientShop.NamesAsync(second));
        Assert.NotEmpty(gone);
    }

    [Fact]
    public async Task What_is_saved_before_a_first_sync_stays_visible_and_is_sent()
    {
        await using var shop = await ClientShop.OpenAsync();
        await FillAsync(shop, 50);
        shop.Line.Cut();
        var client = await shop.ConnectAsync("till");
        var mine = ClientShop.Product(client, "Mine");
        await client.Table<Product>("products").SaveAsync(mine, ClientShop.Late);
        var looks = new ConcurrentQueue<bool>();
        using var stop = new CancellationTokenSource();
        var looking = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                looks.Enqueue(await client.Table<Product>("products").FindAsync(mine.Id, ClientShop.Late) is not null);
            }
        });

        await MendAsync(shop, client);
        await client.Outbox.WhenSentAsync(ClientShop.Late);
        await ClientShop.InStepAsync(client);
        await stop.CancelAsync();
        await looking;

        Assert.DoesNotContain(false, looks);
        Assert.Equal(51, (await ClientShop.NamesAsync(client)).Length);
        Assert.Contains("Mine", await shop.NamesOnNodeAsync());
    }

    [Fact]
    public async Task A_store_all_of_whose_cursors_are_void_takes_the_file_and_drops_what_is_not_in_it()
    {
        await using var shop = await ClientShop.OpenAsync();
        await FillAsync(shop, 50);
        await shop.CloseAsync(await shop.InStepAsync("till"));
        var gone = First(shop, "till");
        using (var store = Database.Open(shop.Store("till").Path, readOnly: false))
        {
            // As a reset leaves it.
            store.Execute("UPDATE scopes SET cursor = NULL, has_old = 1; UPDATE rows SET seq = -1");
        }

        await shop.AsNodeAsync(Write.Delete("products", gone));
        await shop.AsNodeAsync(Product("Later"));
        var failures = new ConcurrentQueue<Exception>();
        var client = await shop.InStepAsync("till", options: With(failures: failures));

        Assert.Empty(failures);
        Assert.Equal(await shop.NamesOnNodeAsync(), await ClientShop.NamesAsync(client));
        Assert.Null(await client.Table<Product>("products").FindAsync(gone, ClientShop.Late));
    }

    [Fact]
    public async Task What_a_program_left_that_ended_right_after_it_took_the_file_is_removed_by_the_next()
    {
        await using var shop = await ClientShop.OpenAsync();
        await shop.CloseAsync(await shop.InStepAsync("till"));
        await File.WriteAllTextAsync(shop.Store("till").Path + ".ready", "left", ClientShop.Late);

        await shop.InStepAsync("till");

        Assert.Empty(LeftBeside(shop, "till"));
    }

    [Fact]
    public async Task Where_the_node_has_none_snapshots_bring_the_rows_and_the_program_is_told()
    {
        await using var shop = await ClientShop.OpenAsync(("Branchline:Feed:ReadyFiles", "0"));
        await FillAsync(shop, 50);
        var failures = new ConcurrentQueue<Exception>();

        var client = await shop.InStepAsync("till", options: With(failures: failures));

        Assert.Equal(ErrorCodes.DatabaseUnavailable, Assert.IsType<ReadyFileException>(Assert.Single(failures)).Code);
        Assert.Equal(50, (await ClientShop.NamesAsync(client)).Length);
        Assert.Empty(LeftBeside(shop, "till"));
    }

    [Fact]
    public async Task What_came_damaged_is_used_by_nobody()
    {
        await using var shop = await ClientShop.OpenAsync();
        await FillAsync(shop, Many);
        shop.Line.LoseAnswersAfter(700_000);
        await shop.CloseAsync(await ConnectAndCutAsync(shop));
        await using (var file = new FileStream(Assert.Single(LeftBeside(shop, "till")), FileMode.Open))
        {
            file.Position = 100_000;
            await file.WriteAsync(new byte[50]);
        }

        shop.Line.Mend();
        var failures = new ConcurrentQueue<Exception>();
        var client = await shop.InStepAsync("till", options: With(failures: failures));

        Assert.Equal(ReadyFileException.Damaged, Assert.IsType<ReadyFileException>(Assert.Single(failures)).Code);
        Assert.Equal(Many, (await ClientShop.NamesAsync(client)).Length);
    }

    [Fact]
    public async Task While_others_write_nothing_is_missed()
    {
        await using var shop = await ClientShop.OpenAsync();
        await FillAsync(shop, 500);
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var number = 0; !stop.IsCancellationRequested; number++)
            {
                await shop.AsNodeAsync(Product($"Later {number}"), Buyer($"Buyer {number}", number % 2 == 0 ? shop.North : shop.South));
            }
        });
        var clients = new List<BranchlineClient>();
        foreach (var till in (string[])["one", "two", "three"])
        {
            clients.Add(await shop.ConnectAsync(till, options: With(rows: 100)));
            await clients[^1].WhenLoadedAsync(ClientShop.Late);
        }

        await stop.CancelAsync();
        await writing;
        foreach (var client in clients)
        {
            await ClientShop.InStepAsync(client);
            await shop.CloseAsync(client);
        }

        await shop.CloseAsync(await shop.InStepAsync("snapshots", options: With(useReadyFile: false)));
        Assert.All((string[])["one", "two", "three"], till => Assert.Equal(Stored(shop, "snapshots"), Stored(shop, till)));
    }

    private static ClientOptions With(
        bool useReadyFile = true, bool? compressed = null, int rows = 20_000, ConcurrentQueue<Exception>? failures = null) => new()
        {
            UseReadyFile = useReadyFile,
            Compressed = compressed,
            SnapshotRows = rows,
            Failed = failures is null ? null : failures.Enqueue,
            FirstPause = ClientShop.Quick.FirstPause,
            LongestPause = ClientShop.Quick.LongestPause,
        };

    private static async Task FillAsync(ClientShop shop, int products)
    {
        for (var done = 0; done < products; done += 500)
        {
            await shop.AsNodeAsync([.. Enumerable.Range(done, Math.Min(500, products - done)).Select(number => Product($"Product {number:d4} \"quoted\" ü"))]);
        }

        await shop.AsNodeAsync(Buyer("Ana", shop.North), Buyer("Ben", shop.South));
    }

    private static RowWrite Product(string name) =>
        Write.Insert("products", NewId.Next(), ("name", FieldValue.Of(name)), ("price", FieldValue.Of(1)), ("tax_rate", FieldValue.Of(7.5m)), ("tags", FieldValue.OfJson("""["a","b"]""")));

    private static RowWrite Buyer(string name, Guid branch) =>
        Write.Insert("clients", NewId.Next(), ("name", FieldValue.Of(name)), ("branch_id", FieldValue.Of(branch.ToString())));

    private static async Task<BranchlineClient> ConnectAndCutAsync(ClientShop shop)
    {
        var client = await shop.ConnectAsync("till");
        await CutAsync(shop);
        return client;
    }

    /// <summary>Cuts the line when some of the file is beside the store, and answers with how much.</summary>
    private static async Task<long> CutAsync(ClientShop shop)
    {
        await ClientShop.EventuallyAsync(() => LeftBeside(shop, "till") is [var left] && new FileInfo(left).Length > Apart, () => "Nothing came");
        shop.Line.Cut();
        return new FileInfo(LeftBeside(shop, "till")[0]).Length;
    }

    /// <summary>No more came than the rest, and what is said beside it.</summary>
    private static void MustHaveGoneOn(ClientShop shop, long had, long before)
    {
        var rest = new FileInfo(Path.Combine(shop.DataDirectory, "ready", "1.db")).Length - had;
        Assert.True(shop.Line.Carried - before < rest + Apart, $"{shop.Line.Carried - before} bytes came when {rest} were missing");
    }

    private static async Task MendAsync(ClientShop shop, BranchlineClient client)
    {
        shop.Line.Mend();
        client.Nudge();
        await client.WhenLoadedAsync(ClientShop.Late);
        await ClientShop.InStepAsync(client);
    }

    private static string[] ReadyFiles(ClientShop shop) =>
        Directory.Exists(Path.Combine(shop.DataDirectory, "ready")) ? [.. Directory.GetFiles(Path.Combine(shop.DataDirectory, "ready")).Select(path => Path.GetFileName(path))] : [];

    private static string[] LeftBeside(ClientShop shop, string store) =>
        Directory.GetFiles(Path.GetDirectoryName(shop.Store(store).Path)!, Path.GetFileName(shop.Store(store).Path) + ".ready*");

    private static long Ask(ClientShop shop, string store, string sql)
    {
        using var database = Database.Open(shop.Store(store).Path, readOnly: true);
        return database.Number(sql);
    }

    private static long CountInFile(ClientShop shop, string store) => Ask(shop, store, "SELECT COUNT(*) FROM rows JOIN tables ON tables.no = tbl WHERE name = 'products'");

    private static Guid First(ClientShop shop, string store)
    {
        using var database = Database.Open(shop.Store(store).Path, readOnly: true);
        using var row = database.PrepareOnce("SELECT id FROM rows JOIN tables ON tables.no = tbl WHERE name = 'products' ORDER BY id");
        Assert.True(row.Step());
        return new Guid(row.Utf8(0), bigEndian: true);
    }

    /// <summary>Every row of a store: table, scope, id and fields as they are kept.</summary>
    private static List<string> Stored(ClientShop shop, string store)
    {
        using var database = Database.Open(shop.Store(store).Path, readOnly: true);
        using var row = database.PrepareOnce("""
            SELECT tables.name || ' ' || scopes.name || ' ' || hex(id) || ' ' || fields
            FROM rows JOIN tables ON tables.no = tbl JOIN scopes ON scopes.no = scope ORDER BY 1
            """);
        var rows = new List<string>();
        while (row.Step())
        {
            rows.Add(row.Text(0));
        }

        return rows;
    }
}
