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

        await chain.PutBackAsync(copy, north, south);
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
    public async Task A_branch_put_back_to_an_older_copy_gets_back_what_it_had_sent()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        var copy = Chain.Copy(north.Node);
        await Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(chain.Product, north.Id, "sale", -3));
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));
        await north.SyncAsync();

        north = await chain.PutBackAsync(copy, north);
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
}
