using System.Net.Http.Json;
using Branchline.Protocol;
using Branchline.Server.Mutations;
using Branchline.Server.Mutations.Branches;
using Branchline.Server.Replication;
using Branchline.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Replication;

/// <summary>Whose word counts, and what nobody may have the last word on.</summary>
public sealed class LastWordTests
{
    [Fact]
    public async Task Of_two_names_the_branchs_own_later_one_never_flickers()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        await Chain.WriteAsync(chain.Master, "office", Write.Update("products", chain.Product, ("name", FieldValue.Of("Earlier"))));
        await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("name", FieldValue.Of("Later"))));

        var report = await north.RoundAsync();

        Assert.Equal((1, 0), (report.Applied, report.Repaired));
        Assert.Equal("Later", (await Chain.FieldAsync(north.Node, "products", chain.Product, "name")).AsText);
        Assert.Equal("Later", (await Chain.FieldAsync(chain.Master, "products", chain.Product, "name")).AsText);
        Assert.True((await north.RoundAsync()).IsQuiet);
    }

    [Fact]
    public async Task Stock_is_what_its_entries_come_to_when_one_of_them_is_taken_back()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        var refused = BranchTests.Movement(chain.Product, north.Id, "in", 10);
        await Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(chain.Product, north.Id, "in", 4));
        await north.SyncAsync();
        await Chain.WriteAsync(north.Node, "till-north", refused);
        Assert.Equal(14, await BranchTests.OnHandAsync(north.Node, chain.Product, north.Id));

        var device = new DeviceId("none");
        var gone = new BranchChange(0, refused.Table, refused.Id, ChangeKind.Leave, null, new Stamp(0, 0, device), device, 0);
        await north.Node.Services.GetRequiredService<MutationPipeline>().TakeOverAsync(new ReplicatedBatch("office", [gone]), TestContext.Current.CancellationToken);

        Assert.Equal(4, await BranchTests.OnHandAsync(north.Node, chain.Product, north.Id));
    }

    [Fact]
    public async Task A_branch_that_was_locked_out_joins_again_where_it_was_and_sends_what_waited()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        using var office = chain.Master.SignedIn("admin");
        var again = await (await office.PostAsync($"/api/branches/links/{north.Link}/invite", null, TestContext.Current.CancellationToken)).JsonAsync();
        await Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(chain.Product, north.Id, "sale", -3));
        Assert.Contains("line", (await north.RoundAsync()).Errors);

        Assert.True((await Chain.JoinAsync(north.Node, again.GetProperty("token").GetString()!, chain.Master.Address)).IsSuccessStatusCode);
        await north.SyncAsync();

        Assert.Equal(-3, await BranchTests.OnHandAsync(chain.Master, chain.Product, north.Id));
    }

    [Fact]
    public async Task A_change_of_a_row_that_the_master_lost_is_judged_once_the_row_is_back()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        var copy = Chain.Copy(chain.Master);
        var product = NewId.Next();
        await Chain.WriteAsync(chain.Master, "office", Write.Insert("products", product, ("name", FieldValue.Of("Oil")), ("price", FieldValue.Of(900))));
        await north.SyncAsync();
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", product, ("price", FieldValue.Of(950))));

        await chain.PutMasterBackAsync(copy, north);
        await north.SyncAsync();

        Assert.Equal(950, (await Chain.FieldAsync(chain.Master, "products", product, "price")).AsInteger);
        Assert.Equal(950, (await Chain.FieldAsync(north.Node, "products", product, "price")).AsInteger);
        foreach (var node in new[] { chain.Master, north.Node })
        {
            using var admin = node.SignedIn("admin");
            var tray = await (await admin.GetAsync("/api/tray", TestContext.Current.CancellationToken)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.DoesNotContain("row_missing", tray, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_sale_goes_up_behind_the_product_it_is_of_and_the_category_that_is_in()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        var (category, product) = (NewId.Next(), NewId.Next());
        await Chain.WriteAsync(north.Node, "till-north", Write.Insert("categories", category, ("name", FieldValue.Of("Spices"))));
        await Chain.WriteAsync(
            north.Node, "till-north",
            Write.Insert("products", product, ("name", FieldValue.Of("Saffron")), ("price", FieldValue.Of(900)), ("category_id", FieldValue.Of(category.ToString()))));
        await Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(product, north.Id, "sale", -1));

        var report = await north.RoundAsync();

        Assert.Equal((3, 0), (report.Applied, report.Refused));
        Assert.Equal(category.ToString(), (await Chain.FieldAsync(chain.Master, "products", product, "category_id")).AsText);
        Assert.Equal(-1, await BranchTests.OnHandAsync(chain.Master, product, north.Id));
    }

    [Fact]
    public async Task A_deletion_that_a_branch_had_read_is_there_after_the_master_was_put_back()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        var copy = Chain.Copy(chain.Master);
        await Chain.WriteAsync(chain.Master, "office", Write.Delete("products", chain.Product));
        await north.SyncAsync();

        await chain.PutMasterBackAsync(copy, north);
        await north.SyncAsync();

        Assert.Null(await Chain.RowAsync(chain.Master, "products", chain.Product));
        Assert.Null(await Chain.RowAsync(north.Node, "products", chain.Product));
    }

    public static TheoryData<string> Forgeries => ["leave", "part", "type", "stamp", "ledger"];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task What_a_branch_could_not_have_written_it_cannot_offer(string what)
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        var entry = BranchTests.Movement(chain.Product, north.Id, "in", 4);
        await Chain.WriteAsync(north.Node, "till-north", entry);
        await north.SyncAsync();

        await north.Node.Services.GetRequiredService<MasterLine>().StatesAsync(
            north.Node.Services.GetRequiredService<Masters>().All[0], new BranchStates([Forge(what, chain.Product, entry)]), TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        var row = (await Chain.RowAsync(chain.Master, "products", chain.Product))!;
        Assert.Equal(("Rice 5 kg", 1250), (row.Fields["name"].AsText, row.Fields["price"].AsInteger));
        Assert.Equal(4, await BranchTests.OnHandAsync(chain.Master, chain.Product, north.Id));
    }

    [Fact]
    public async Task Bad_bodies_are_told_of_and_are_no_failure_of_the_node()
    {
        await using var chain = await Chain.OpenAsync();
        using var nobody = chain.Master.Anonymous();
        await (await nobody.PostAsJsonAsync("/branch/pull", new { }, TestContext.Current.CancellationToken)).MustRefuseAsync(System.Net.HttpStatusCode.Unauthorized, "token_invalid");

        var north = await chain.JoinAsync("North");
        var (line, master) = (north.Node.Services.GetRequiredService<MasterLine>(), north.Node.Services.GetRequiredService<Masters>().All[0]);
        var places = new Dictionary<string, BranchPlace> { ["everyone"] = null! };
        var refused = await Assert.ThrowsAsync<MasterException>(() => line.PullAsync(master, new BranchPullRequest(["products"], places), TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        Assert.Equal("malformed_json", refused.Code);
    }

    private static BranchChange Forge(string what, Guid product, RowWrite entry)
    {
        var device = new DeviceId("evil");
        var at = new Stamp(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 0, device);
        var now = FieldValue.Of("2026-11-28T09:00:00.000Z");
        var whole = new Dictionary<string, FieldValue> { ["name"] = FieldValue.Of("Mine"), ["price"] = FieldValue.Of(1), ["created_at"] = now, ["updated_at"] = now };
        return what switch
        {
            "leave" => new(0, "products", product, ChangeKind.Leave, null, at, device, 0),
            "part" => new(0, "products", product, ChangeKind.Set, new Dictionary<string, FieldValue> { ["price"] = FieldValue.Of(1) }, at, device, 0),
            "type" => new(0, "products", product, ChangeKind.Enter, new Dictionary<string, FieldValue>(whole) { ["price"] = FieldValue.Of("notmoney") }, at, device, 0),
            "stamp" => new(0, "products", product, ChangeKind.Enter, whole, at, device, 0) { Stamps = new Dictionary<string, string> { ["name"] = "zzzz" } },
            _ => new(0, entry.Table, entry.Id, ChangeKind.Enter, new Dictionary<string, FieldValue>(entry.Fields) { ["quantity"] = FieldValue.Of(99), ["created_at"] = now, ["updated_at"] = now }, at, device, 0),
        };
    }
}
