using Branchline.Protocol;
using Branchline.Server.Mutations;
using Branchline.Tests.Feed;
using Branchline.Tests.Gateway.Tables;
using Branchline.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Mutations;

/// <summary>The node's own writing stands behind everybody else's, and takes the writer for a small piece at a time.</summary>
public sealed class UpkeepTests
{
    [Fact]
    public async Task Whoever_waits_for_the_writer_goes_before_upkeep_that_waited_longer()
    {
        using var queue = new WriteQueue();
        var (upkeep, bulk, till) = (
            Job(ApplyOptions.Default) with { Upkeep = () => { } }, Job(ApplyOptions.Default with { Lane = Lane.Bulk }), Job(ApplyOptions.Default));
        foreach (var job in (WriteJob[])[upkeep, bulk, till])
        {
            await queue.AddAsync(job, TestContext.Current.CancellationToken);
        }

        Assert.Equal(3, queue.Count);
        Assert.Equal([till, bulk, upkeep], Enumerable.Range(0, 3).Select(_ => queue.Take(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task A_sale_that_comes_while_a_piece_is_written_goes_before_the_next_piece()
    {
        await using var node = await NotesNode.StartAsync();
        for (var number = 0; number < 12; number++)
        {
            await node.AddAsync("north", $"{number}");
        }

        await node.RoundAsync();
        node.Clock.Advance(TimeSpan.FromDays(31));
        using var writing = new SemaphoreSlim(0);
        using var mayGoOn = new SemaphoreSlim(0);
        var upkeep = node.Services.GetRequiredService<Upkeep>();
        var held = upkeep.WriteAsync(
            () =>
            {
                writing.Release();
                mayGoOn.Wait();
            },
            CancellationToken.None);
        await writing.WaitAsync(TestContext.Current.CancellationToken);
        var compacting = node.RoundAsync();
        var sale = node.AddAsync("south", "a sale");
        await WaitUntilQueuedAsync(node, jobs: 2);
        mayGoOn.Release();
        await Task.WhenAll(held, compacting, sale);

        // The round's first piece marks the head of the log: the sale was written before it.
        Assert.Equal(13, await node.AskAsync("SELECT MAX(seq) FROM _marks"));
        Assert.Equal(12, node.Marks.Compacted);
    }

    [Fact]
    public async Task A_piece_of_compaction_is_a_commit_of_its_own_and_no_larger_than_is_set()
    {
        await using var node = await NotesNode.StartAsync();
        var note = await node.AddAsync("north", "first");
        for (var number = 0; number < 10; number++)
        {
            await node.ChangeAsync(note, "count", FieldValue.Of(number));
        }

        await node.RoundAsync();
        node.Clock.Advance(TimeSpan.FromDays(31));
        var pieces = new List<long>();
        var upkeep = node.Services.GetRequiredService<Upkeep>();
        var fold = node.Services.GetRequiredService<Server.Feed.Compaction.KeptLog>().Round()[2];
        while (await fold(CancellationToken.None) is { } piece)
        {
            await upkeep.WriteAsync(piece, CancellationToken.None);
            pieces.Add(await node.AskAsync("SELECT COUNT(*) FROM _log"));
        }

        Assert.Equal([9, 6, 3, 1], pieces);
    }

    [Fact]
    public async Task Upkeep_that_fails_changes_nothing_and_stops_nobody()
    {
        await using var node = await NotesNode.StartAsync();
        var note = await node.AddAsync("north", "first");

        await Assert.ThrowsAsync<StoreUnavailableException>(() => node.Services.GetRequiredService<Upkeep>().WriteAsync(
            () =>
            {
                node.Services.GetRequiredService<Server.Store.Sqlite.SqliteStore>().Writer.Execute("DELETE FROM _log");
                throw new IOException("broken");
            },
            CancellationToken.None));

        Assert.Equal(1, await node.AskAsync("SELECT COUNT(*) FROM _log"));
        Assert.IsType<MutationOutcome.Applied>(await node.WriteAsync(Write.Delete("notes", note)));
    }

    [Fact]
    public async Task Outcomes_go_that_nobody_can_ask_for_and_all_others_stay()
    {
        var clock = new TestClock();
        await using var shop = await RestShop.OpenAsync(new TestSettings { Time = clock, Values = { ["Branchline:Feed:Pause"] = "00:00:00" } });
        var device = new TestDevice(shop.Node.SignedIn("manager", $"{shop.North}"), "till-1");
        var mutation = device.Mutation(Write.Insert("clients", NewId.Next(), ("name", FieldValue.Of("Cy")), ("branch_id", FieldValue.Of($"{shop.North}"))));
        var first = Assert.Single((await device.SendAsync(mutation)).Outcomes);
        await shop.Manager.PostAsync("/api/clients", new { name = "Ana", branch_id = shop.North });
        var (ben, key) = (new { name = "Ben", branch_id = shop.North }, ("Idempotency-Key", "k-1"));
        var named = await shop.Manager.PostAsync("/api/clients", ben, key);
        var compaction = shop.Node.Services.GetRequiredService<Compaction>();
        await compaction.RunAsync(CancellationToken.None);
        clock.Advance(TimeSpan.FromDays(29));
        await compaction.RunAsync(CancellationToken.None);
        Assert.Equal(2, await RestOutcomesAsync(shop));
        clock.Advance(TimeSpan.FromDays(2));
        await compaction.RunAsync(CancellationToken.None);

        Assert.Equal(1, await RestOutcomesAsync(shop));

        // Sessions do not last so long; the numbers do.
        using var manager = shop.Node.SignedIn("manager", $"{shop.North}");
        var again = new TestDevice(manager, "till-1") { N = device.N, Incarnation = device.Incarnation };
        Assert.Equal(first, Assert.Single((await again.SendAsync(mutation)).Outcomes));
        var replayed = await manager.PostAsync("/api/clients", ben, key);
        Assert.Equal((named.Id, "true"), (replayed.Id, replayed.Header("Idempotency-Replayed")));
    }

    private static async Task<long> RestOutcomesAsync(RestShop shop)
    {
        using var lease = await shop.Node.Services.GetRequiredService<Server.Store.Sqlite.SqliteStore>().ReaderPool.RentAsync(CancellationToken.None);
        return lease.Database.Number("SELECT COUNT(*) FROM _mutations WHERE device LIKE 'rest-%'");
    }

    private static WriteJob Job(ApplyOptions options) => new([], Writer.Node, options);

    private static async Task WaitUntilQueuedAsync(NotesNode node, int jobs)
    {
        var queue = node.Services.GetRequiredService<WriteQueue>();
        while (queue.Count < jobs)
        {
            await Task.Yield();
        }
    }
}
