using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Mutations.Branches;
using Branchline.Server.Replication;
using Branchline.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Replication;

/// <summary>The first load of a branch: page after page, told as it goes, and no reason for a till to wait.</summary>
public sealed class LoadTests
{
    private const int Products = 7;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static Dictionary<string, string?> InSmallPages => new(Chain.ByHand) { ["Branchline:Sync:PullCount"] = "3", ["Branchline:Sync:PushCount"] = "2" };

    [Fact]
    public async Task A_till_sells_while_its_branch_loads_and_the_status_tells_how_far_it_is()
    {
        await using var chain = await OpenAsync();
        await using var node = await TestNode.StartAsync(new TestSettings { Values = InSmallPages });
        Assert.True((await Chain.JoinAsync(node, await chain.InviteAsync("North"), chain.Master.Address)).IsSuccessStatusCode);
        var before = await MasterAsync(node);
        Assert.Equal((0, 0, false), (before.Loaded, before.Total, before.IsLoaded));

        await LoadPageAsync(node, Lanes.Prices);

        var half = await MasterAsync(node);
        Assert.True(half is { Loaded: 3, IsLoaded: false } && half.Total > Products, $"{half.Loaded} of {half.Total}");
        var branch = Guid.Parse(node.Services.GetRequiredService<Masters>().All[0].Scopes.Single(scope => scope.StartsWith("branch:", StringComparison.Ordinal))["branch:".Length..]);
        await Chain.WriteAsync(node, "till-north", BranchTests.Movement(chain.Product, branch, "sale", -2));
        var north = new ChainBranch(node, string.Empty, branch);
        await north.SyncAsync();

        var whole = await MasterAsync(node);
        Assert.Equal((whole.Total, true), (whole.Loaded, whole.IsLoaded));
        Assert.Equal(-2, await BranchTests.OnHandAsync(chain.Master, chain.Product, branch));
        Assert.Equal(-2, await BranchTests.OnHandAsync(node, chain.Product, branch));
    }

    [Fact]
    public async Task What_waits_for_many_pushes_arrives_in_order_with_what_it_builds_on()
    {
        await using var chain = await OpenAsync();
        var north = await chain.JoinAsync("North", new TestSettings { Values = InSmallPages });
        var client = NewId.Next();
        for (var number = 0; number < Products; number++)
        {
            await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("price", FieldValue.Of(2000 + number))));
            await Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(chain.Product, north.Id, "sale", -1));
        }

        await Chain.WriteAsync(north.Node, "till-north", Write.Insert("clients", client, ("name", FieldValue.Of("Amina")), ("branch_id", FieldValue.Of(north.Id.ToString()))));
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("clients", client, ("phone", FieldValue.Of("0612"))));
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("clients", client, ("city", FieldValue.Of("Fès"))));

        var report = await north.RoundAsync();

        Assert.Empty(report.Errors);
        Assert.Equal(((2 * Products) + 3, 0, 0), (report.Applied, report.Merged, report.Refused));
        Assert.Equal(2000 + Products - 1, (await Chain.FieldAsync(chain.Master, "products", chain.Product, "price")).AsInteger);
        Assert.Equal(-Products, await BranchTests.OnHandAsync(chain.Master, chain.Product, north.Id));
        Assert.Equal(("0612", "Fès"), ((await Chain.FieldAsync(chain.Master, "clients", client, "phone")).AsText, (await Chain.FieldAsync(chain.Master, "clients", client, "city")).AsText));
        Assert.True((await north.RoundAsync()).IsQuiet);
    }

    [Fact]
    public async Task Changes_of_many_pages_are_read_one_ahead_and_each_once()
    {
        await using var chain = await OpenAsync();
        var north = await chain.JoinAsync("North", new TestSettings { Values = InSmallPages });
        var made = new List<Guid>();
        for (var number = 0; number < 2 * Products; number++)
        {
            made.Add(NewId.Next());
            await Chain.WriteAsync(chain.Master, "office", Write.Insert("products", made[^1], ("name", FieldValue.Of($"Tea {number}")), ("price", FieldValue.Of(300))));
        }

        await Chain.WriteAsync(chain.Master, "office", Write.Update("products", made[0], ("price", FieldValue.Of(350))));

        var report = await north.RoundAsync();

        Assert.Empty(report.Errors);
        Assert.Equal((2 * Products) + 1, report.Changes);
        Assert.Equal(350, (await Chain.FieldAsync(north.Node, "products", made[0], "price")).AsInteger);
        Assert.All(await Task.WhenAll(made.Select(row => Chain.RowAsync(north.Node, "products", row))), Assert.NotNull);
        Assert.True((await north.RoundAsync()).IsQuiet);
    }

    private static async Task<Chain> OpenAsync()
    {
        var chain = await Chain.OpenAsync();
        for (var number = 1; number < Products; number++)
        {
            await Chain.WriteAsync(chain.Master, "office", Write.Insert("products", NewId.Next(), ("name", FieldValue.Of($"Rice {number}")), ("price", FieldValue.Of(1250))));
        }

        return chain;
    }

    private static async Task LoadPageAsync(TestNode node, string lane)
    {
        var (masters, downward) = (node.Services.GetRequiredService<Masters>(), node.Services.GetRequiredService<Downward>());
        var master = masters.All[0];
        var request = downward.Ask(master, lane);
        var reply = await node.Services.GetRequiredService<MasterLine>().PullAsync(master, request, Patience, TestContext.Current.CancellationToken);
        Assert.True(await downward.TakeAsync(
            (master.Name, lane, request.Places), reply, (new RoundReport("test", master.Name, default), []), TestContext.Current.CancellationToken));
    }

    private static async Task<(long Loaded, long Total, bool IsLoaded)> MasterAsync(TestNode node)
    {
        using var admin = node.SignedIn("admin");
        JsonElement master = (await (await admin.GetAsync("/api/sync/status", TestContext.Current.CancellationToken)).JsonAsync()).GetProperty("masters")[0];
        return (master.GetProperty("loaded").GetInt64(), master.GetProperty("total").GetInt64(), master.GetProperty("isLoaded").GetBoolean());
    }
}
