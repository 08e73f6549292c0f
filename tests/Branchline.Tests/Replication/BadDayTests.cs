using Branchline.Protocol;
using Branchline.Server.Replication;
using Branchline.Server.Store.Sqlite;
using Branchline.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Replication;

/// <summary>What a chain lives through: lines that break, copies of databases put back, clocks that are wrong, other schemas.</summary>
public sealed class BadDayTests
{
    [Fact]
    public async Task A_master_put_back_to_an_older_copy_gets_from_its_branches_what_it_lost()
    {
        await using var chain = await Chain.OpenAsync();
        var (north, south) = (await chain.JoinAsync("North"), await chain.JoinAsync("South"));
        var copy = Chain.Copy(chain.Master);
        await Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(chain.Product, north.Id, "sale", -3));
        await Chain.WriteAsync(chain.Master, "office", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));
        await north.SyncAsync();
        await south.SyncAsync();

        await chain.PutMasterBackAsync(copy, north, south);
        await north.SyncAsync();
        await south.SyncAsync();
        await north.SyncAsync();

        Assert.Equal(-3, await BranchTests.OnHandAsync(chain.Master, chain.Product, north.Id));
        foreach (var node in new[] { chain.Master, north.Node, south.Node })
        {
            Assert.Equal(1300, (await Chain.FieldAsync(node, "products", chain.Product, "price")).AsInteger);
        }
    }

    [Fact]
    public async Task A_master_put_back_to_before_a_branch_of_a_branch_was_made_gets_it_and_its_sales()
    {
        await using var chain = await Chain.OpenAsync();
        await using var network = new Network();
        var region = await chain.JoinAsync("Region");
        var copy = Chain.Copy(chain.Master);
        var (shop, id) = await OpenShopAsync(chain, network, region);
        Assert.Equal(-3, await BranchTests.OnHandAsync(chain.Master, chain.Product, id));

        await chain.PutMasterBackAsync(copy, region);
        await Chain.WriteAsync(shop, "till", BranchTests.Movement(chain.Product, id, "sale", -4));
        await network.SettleAsync();
        await region.SyncAsync();
        await network.SettleAsync();

        Assert.Equal(-7, await BranchTests.OnHandAsync(chain.Master, chain.Product, id));
        await Network.AssertEqualAsync(chain.Master, region.Node, shop);
    }

    [Fact]
    public async Task A_branch_of_a_branch_that_the_master_lost_stays_with_its_own_whoever_comes_first()
    {
        await using var chain = await Chain.OpenAsync();
        await using var network = new Network();
        var (region, harbour) = (await chain.JoinAsync("Region"), await chain.JoinAsync("Harbour"));
        var copy = Chain.Copy(chain.Master);
        var (_, id) = await OpenShopAsync(chain, network, region);
        await harbour.SyncAsync();

        // Harbour knows of the shop as everybody does, and is the first to give it back.
        await chain.PutMasterBackAsync(copy, region, harbour);
        await harbour.SyncAsync();
        Assert.NotNull(await Chain.RowAsync(chain.Master, "branches", id));
        await region.SyncAsync();
        await harbour.SyncAsync();

        Assert.Equal(-3, await BranchTests.OnHandAsync(chain.Master, chain.Product, id));
        Assert.Equal(-3, await BranchTests.OnHandAsync(region.Node, chain.Product, id));
        Assert.DoesNotContain($"branch:{id}", harbour.Node.Services.GetRequiredService<Masters>().All[0].Scopes);
        Assert.Contains($"branch:{id}", region.Node.Services.GetRequiredService<Masters>().All[0].Scopes);
    }

    [Fact]
    public async Task What_head_office_refused_is_not_judged_again_after_it_was_put_back()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        var copy = Chain.Copy(chain.Master);
        await Chain.WriteAsync(chain.Master, "office", Write.Delete("products", chain.Product));
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("price", FieldValue.Of(1))));
        var report = await north.RoundAsync();
        Assert.Equal(1, report.Refused);

        await chain.PutMasterBackAsync(copy, north);
        await north.SyncAsync();

        Assert.NotEqual(1, (await Chain.FieldAsync(chain.Master, "products", chain.Product, "price")).AsInteger);
    }

    [Fact]
    public async Task A_branch_put_back_to_an_older_copy_gets_back_what_it_had_sent()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        var copy = Chain.Copy(north.Node);
        await Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(chain.Product, north.Id, "sale", -3));
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));
        await north.SyncAsync();

        north = await chain.PutBranchBackAsync(copy, north);
        await north.SyncAsync();

        Assert.Equal(-3, await BranchTests.OnHandAsync(north.Node, chain.Product, north.Id));
        Assert.Equal(1300, (await Chain.FieldAsync(north.Node, "products", chain.Product, "price")).AsInteger);
    }

    [Fact]
    public async Task Nothing_that_an_answer_was_lost_for_is_there_twice()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        await Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(chain.Product, north.Id, "sale", -3));
        await north.SyncAsync();

        // As if the answers had never arrived.
        var up = north.Node.Services.GetRequiredService<Branchline.Server.Mutations.Branches.UpBook>();
        var masters = north.Node.Services.GetRequiredService<Masters>();
        var batch = new Branchline.Server.Mutations.Branches.ReplicatedBatch("test", []) { Before = () => up.Table.Reopen(masters.All[0].Name, UpState.Confirmed) };
        await north.Node.Services.GetRequiredService<Branchline.Server.Mutations.MutationPipeline>().TakeOverAsync(batch, TestContext.Current.CancellationToken);
        var report = await north.RoundAsync();

        Assert.Equal(1, report.Applied);
        Assert.Equal(-3, await BranchTests.OnHandAsync(chain.Master, chain.Product, north.Id));
    }

    [Fact]
    public async Task A_branch_that_may_no_longer_follow_is_told_and_keeps_what_it_has()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        using var office = chain.Master.SignedIn("admin");
        await office.DeleteAsync($"/api/branches/links/{north.Link}", TestContext.Current.CancellationToken);
        await Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(chain.Product, north.Id, "sale", -3));

        var report = await north.RoundAsync();

        Assert.Contains("not of a branch that follows", report.Errors["line"], StringComparison.Ordinal);
        Assert.Equal(-3, await BranchTests.OnHandAsync(north.Node, chain.Product, north.Id));
        Assert.Null(await BranchTests.OnHandAsync(chain.Master, chain.Product, north.Id));
    }

    [Fact]
    public async Task A_token_counts_once()
    {
        await using var chain = await Chain.OpenAsync();
        using var office = chain.Master.SignedIn("admin");
        var token = await chain.InviteAsync("North");
        await using var first = await TestNode.StartAsync(new TestSettings { Values = Chain.ByHand });
        await using var second = await TestNode.StartAsync(new TestSettings { Values = Chain.ByHand });

        Assert.True((await Chain.JoinAsync(first, token, chain.Master.Address)).IsSuccessStatusCode);
        await (await Chain.JoinAsync(second, token, chain.Master.Address)).MustRefuseAsync(System.Net.HttpStatusCode.Unauthorized, "token_invalid");
    }

    [Fact]
    public async Task A_node_with_rows_of_its_own_does_not_join()
    {
        await using var chain = await Chain.OpenAsync();
        await using var other = await Chain.OpenAsync();

        await (await Chain.JoinAsync(other.Master, await chain.InviteAsync("North"), chain.Master.Address)).MustRefuseAsync(System.Net.HttpStatusCode.Conflict, "not_empty");
    }

    [Fact]
    public async Task What_others_wrote_to_a_row_comes_down_though_the_log_was_folded_into_the_branchs_own_change()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        await Chain.WriteAsync(chain.Master, "office", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("name", FieldValue.Of("Rice, 5 kg"))));
        await PushOnlyAsync(north);
        await FoldAsync(chain.Master);

        await north.SyncAsync();

        Assert.Equal(1300, (await Chain.FieldAsync(north.Node, "products", chain.Product, "price")).AsInteger);
        Assert.Equal("Rice, 5 kg", (await Chain.FieldAsync(north.Node, "products", chain.Product, "name")).AsText);
    }

    [Fact]
    public async Task Who_asks_again_about_what_was_merged_is_told_so_again()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));
        await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        await Chain.WriteAsync(chain.Master, "office", Write.Update("products", chain.Product, ("price", FieldValue.Of(1400))));
        var masters = north.Node.Services.GetRequiredService<Masters>();
        var sent = await NextAsync(north);
        var line = north.Node.Services.GetRequiredService<MasterLine>();

        var first = await line.PushAsync(masters.All[0], sent, TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        var second = await line.PushAsync(masters.All[0], sent, TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.Equal(["products.price"], Assert.IsType<MutationOutcome.Merged>(Assert.Single(first.Outcomes)).KeptFields);
        Assert.Equal(["products.price"], Assert.IsType<MutationOutcome.Merged>(Assert.Single(second.Outcomes)).KeptFields);
    }

    [Fact]
    public async Task Rows_that_a_branch_offers_with_stamps_of_the_future_or_of_others_change_nothing()
    {
        await using var chain = await Chain.OpenAsync();
        var (north, south) = (await chain.JoinAsync("North"), await chain.JoinAsync("South"));
        var client = NewId.Next();
        await Chain.WriteAsync(south.Node, "till-south", Write.Insert("clients", client, ("name", FieldValue.Of("Amina")), ("branch_id", FieldValue.Of(south.Id.ToString()))));
        await south.SyncAsync();
        var device = new DeviceId("evil");
        var (future, now) = (TimeProvider.System.GetUtcNow().AddYears(10).ToUnixTimeMilliseconds(), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        BranchChange[] offered =
        [
            new(0, "products", chain.Product, ChangeKind.Set, new Dictionary<string, FieldValue> { ["price"] = FieldValue.Of(1) }, new Stamp(future, 0, device), device, 0),
            new(0, "clients", client, ChangeKind.Set, new Dictionary<string, FieldValue> { ["name"] = FieldValue.Of("Mine"), ["branch_id"] = FieldValue.Of(north.Id.ToString()) }, new Stamp(now, 0, device), device, 0),
        ];

        await north.Node.Services.GetRequiredService<MasterLine>().StatesAsync(
            north.Node.Services.GetRequiredService<Masters>().All[0], new BranchStates(offered), TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.Equal(1250, (await Chain.FieldAsync(chain.Master, "products", chain.Product, "price")).AsInteger);
        Assert.Equal("Amina", (await Chain.FieldAsync(chain.Master, "clients", client, "name")).AsText);
    }

    private static async Task PushOnlyAsync(ChainBranch branch)
    {
        var (masters, upward) = (branch.Node.Services.GetRequiredService<Masters>(), branch.Node.Services.GetRequiredService<Upward>());
        var report = new RoundReport("test", masters.All[0].Name, DateTimeOffset.UnixEpoch);
        await upward.PushAsync(masters.All[0], "prices", report, TestContext.Current.CancellationToken);
        Assert.Equal(1, report.Applied);
    }

    private static async Task<BranchPushRequest> NextAsync(ChainBranch branch)
    {
        using var lease = await branch.Node.Services.GetRequiredService<SqliteStore>().ReaderPool.RentAsync(TestContext.Current.CancellationToken);
        var entries = UpTable.Next(lease.Database, branch.Node.Services.GetRequiredService<Masters>().All[0].Name, "prices", 10, (0, new HashSet<long>()));
        return new BranchPushRequest([.. entries.Select(entry => entry.Forwarded)]);
    }

    /// <summary>As after a month: the log is folded up to its head.</summary>
    private static async Task FoldAsync(TestNode node)
    {
        var (folding, trimming) = (node.Services.GetRequiredService<Branchline.Server.Feed.Compaction.LogFolding>(), node.Services.GetRequiredService<LogTrimming>());
        var marks = node.Services.GetRequiredService<Branchline.Server.Feed.FeedMarks>();
        var fold = (await folding.NextAsync(marks.Head, 1000, TestContext.Current.CancellationToken))!;
        await node.Services.GetRequiredService<Branchline.Server.Mutations.Upkeep>().WriteAsync(
            () =>
            {
                marks.Compacted = fold.To;
                trimming.Write(fold);
            },
            TestContext.Current.CancellationToken);
    }

    /// <summary>A branch of the region that has sold three, of which head office knows.</summary>
    private static async Task<(TestNode Shop, Guid Id)> OpenShopAsync(Chain chain, Network network, ChainBranch region)
    {
        var shop = await network.AddAsync();
        var id = (await Network.FollowAsync(shop, region.Node, "Shop"))!.Value;
        await network.SettleAsync();
        await Chain.WriteAsync(shop, "till", BranchTests.Movement(chain.Product, id, "sale", -3));
        await network.SettleAsync();
        await region.SyncAsync();
        return (shop, id);
    }
}
