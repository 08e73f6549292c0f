using System.Net;
using System.Text.Json.Nodes;
using Branchline.Protocol;
using Branchline.Server;
using Branchline.Server.Access;
using Branchline.Server.Replication;
using Branchline.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Replication.MasterSlave;

/// <summary>A node whose master knows upload, download and acknowledge, and nothing else.</summary>
public sealed class ForeignMasterTests
{
    [Fact]
    public async Task What_the_master_has_comes_down_and_what_changes_here_goes_up_by_the_ids_it_counts()
    {
        await using var master = await LaravelMaster.StartAsync();
        var category = master.Save("categories", new JsonObject { ["name"] = "Grains" });
        var rice = master.Save("products", new JsonObject { ["name"] = "Rice 5 kg", ["price"] = "1250", ["tracked"] = 1, ["category_id"] = category });
        await using var slave = await FollowAsync(master);
        await SyncAsync(slave);

        var product = await OnlyAsync(slave, "products");
        Assert.Equal(1250, product.GetProperty("price").GetInt32());
        Assert.Equal((await OnlyAsync(slave, "categories")).GetProperty("id").GetString(), product.GetProperty("category_id").GetString());
        Assert.Equal("piece", product.GetProperty("unit").GetString());

        await Chain.WriteAsync(slave, "till", Write.Update("products", product.GetProperty("id").GetGuid(), ("price", FieldValue.Of(1300))));
        var oats = NewId.Next();
        await Chain.WriteAsync(slave, "till", Write.Insert("products", oats, ("name", FieldValue.Of("Oats")), ("price", FieldValue.Of(310))));
        await SyncAsync(slave);

        var changed = master.Rows("products").Single(row => row["id"]!.ToString() == $"{rice}");
        Assert.Equal(1300, (int)changed["price"]!);
        Assert.Equal(category, (int)changed["category_id"]!);
        Assert.Equal("Oats", (string)master.Rows("products").Single(row => row["id"]!.ToString() == $"{oats}")["name"]!);

        master.Change("products", oats.ToString(), "price", 320);
        master.Delete("products", $"{rice}");
        await SyncAsync(slave);

        Assert.Equal(320, (await OnlyAsync(slave, "products")).GetProperty("price").GetInt32());
        Assert.Contains(master.Acknowledged, told => told["ids"]!.AsArray().Any(id => id!.ToString() == $"{rice}"));

        await Chain.WriteAsync(slave, "till", Write.Delete("products", oats));
        await SyncAsync(slave);
        Assert.Empty(master.Rows("products"));
    }

    [Fact]
    public async Task A_commit_that_comes_late_with_an_early_time_is_not_missed_and_nothing_is_told_twice()
    {
        await using var master = await LaravelMaster.StartAsync();
        await using var slave = await FollowAsync(master);
        master.PageSize = 2;
        for (var i = 0; i < 5; i++)
        {
            master.Save("products", new JsonObject { ["name"] = $"Product {i}", ["price"] = 100 }, TimeSpan.FromMinutes(30 - i));
        }

        await SyncAsync(slave);
        master.Save("products", new JsonObject { ["name"] = "Late", ["price"] = 100 }, TimeSpan.FromMinutes(2));
        var report = await RoundAsync(slave);

        Assert.Equal(1, report.Changes);
        Assert.Equal(6, (await RowsAsync(slave, "products")).Length);
        Assert.True((await RoundAsync(slave)).IsQuiet);
        Assert.Equal(0, master.Uploads);
    }

    [Fact]
    public async Task A_record_that_the_master_refuses_is_held_and_stops_no_other_and_its_row_keeps_the_later_change()
    {
        await using var master = await LaravelMaster.StartAsync();
        var tea = master.Save("products", new JsonObject { ["name"] = "Tea", ["price"] = 100 }, TimeSpan.FromHours(1));
        await using var slave = await FollowAsync(master);
        await SyncAsync(slave);
        master.Validation = record => (int?)record["data"]!["price"] == 666 ? "price" : null;
        master.Fails = record => (string?)record["data"]!["name"] == "Poison";
        var id = (await OnlyAsync(slave, "products")).GetProperty("id").GetGuid();
        await Chain.WriteAsync(slave, "till", Write.Update("products", id, ("price", FieldValue.Of(666))));
        foreach (var name in new[] { "Salt", "Poison", "Rice" })
        {
            await Chain.WriteAsync(slave, "till", Write.Insert("products", NewId.Next(), ("name", FieldValue.Of(name)), ("price", FieldValue.Of(90))));
        }

        master.Change("products", $"{tea}", "price", 110, TimeSpan.FromMinutes(1));
        var report = await RoundAsync(slave);

        Assert.Equal(2, report.Refused);
        Assert.Equal(["Rice", "Salt", "Tea"], master.Rows("products").Select(row => (string)row["name"]!).Order());
        Assert.Equal(666, (await Chain.FieldAsync(slave, "products", id, "price")).AsInteger);
        Assert.Equal(2, (await StatusAsync(slave)).Pending.Values.Sum(lane => lane.Held));

        master.Change("products", $"{tea}", "price", 120, TimeSpan.FromMinutes(-1));
        await RoundAsync(slave);
        Assert.Equal(120, (await Chain.FieldAsync(slave, "products", id, "price")).AsInteger);
    }

    [Fact]
    public async Task An_upload_whose_answer_is_lost_and_a_master_that_is_gone_lose_and_double_nothing()
    {
        await using var master = await LaravelMaster.StartAsync();
        await using var slave = await FollowAsync(master);
        await SyncAsync(slave);
        var (branch, product) = (NewId.Next(), NewId.Next());
        await Chain.WriteAsync(slave, "office", Write.Insert("branches", branch, ("name", FieldValue.Of("North")), ("code", FieldValue.Of("NO"))));
        await Chain.WriteAsync(slave, "office", Write.Insert("products", product, ("name", FieldValue.Of("Tea")), ("price", FieldValue.Of(100))));
        await Chain.WriteAsync(slave, "till", Write.Insert(
            "inventory_adjustments", NewId.Next(), ("product_id", FieldValue.Of(product.ToString())), ("branch_id", FieldValue.Of(branch.ToString())), ("kind", FieldValue.Of("in")), ("quantity", FieldValue.Of(5))));

        master.LosesAnswer = true;
        Assert.Contains("line", (await RoundAsync(slave)).Errors.Keys);
        Assert.Equal("failed", (await StatusAsync(slave)).Status);
        await SyncAsync(slave);

        Assert.Single(master.Rows("inventory_adjustments"));
        Assert.Equal(5, (int)Assert.Single(master.Rows("inventories"))["quantity"]!);
        Assert.Equal(5, (await OnlyAsync(slave, "inventories")).GetProperty("quantity").GetInt32());
    }

    [Fact]
    public async Task A_record_that_this_node_cannot_take_is_told_of_and_stops_no_other()
    {
        await using var master = await LaravelMaster.StartAsync();
        master.Save("products", new JsonObject { ["name"] = "Tea", ["price"] = "dear" });
        master.Save("wishes", new JsonObject { ["name"] = "Unknown here" });
        master.Save("products", new JsonObject { ["name"] = "Salt", ["price"] = 90 });
        await using var slave = await FollowAsync(master);

        var report = await RoundAsync(slave);

        Assert.Contains("price", report.Errors["row"], StringComparison.Ordinal);
        Assert.Equal("Salt", (await OnlyAsync(slave, "products")).GetProperty("name").GetString());
        Assert.Single(Assert.Single(master.Acknowledged)["ids"]!.AsArray());
    }

    [Fact]
    public async Task Without_the_right_token_the_status_says_what_to_set_and_a_wrong_address_is_refused_at_start()
    {
        await using var master = await LaravelMaster.StartAsync();
        await using var slave = await TestNode.StartAsync(new TestSettings { Values = Settings(master.Address, null) });

        var report = await RoundAsync(slave);

        Assert.Contains("MASTER_TOKEN", report.Errors["line"], StringComparison.Ordinal);
        await Assert.ThrowsAsync<StartRefusedException>(() => TestNode.StartAsync(new TestSettings { Values = Settings("office", null) }));
    }

    [Fact]
    public async Task Rounds_run_by_themselves_and_only_the_tables_that_the_master_has_travel()
    {
        await using var master = await LaravelMaster.StartAsync();
        master.Save("products", new JsonObject { ["name"] = "Tea", ["price"] = 100 });
        master.Save("categories", new JsonObject { ["name"] = "Grains" });
        var values = Settings(master.Address, LaravelMaster.Token);
        values["SYNC_ENABLED"] = "true";
        values["MASTER_TABLES"] = "products";
        await using var slave = await TestNode.StartAsync(new TestSettings { Values = values });
        await Chain.WriteAsync(slave, "office", Write.Insert("branches", NewId.Next(), ("name", FieldValue.Of("North")), ("code", FieldValue.Of("NO"))));
        var salt = NewId.Next();
        await Chain.WriteAsync(slave, "till", Write.Insert("products", salt, ("name", FieldValue.Of("Salt")), ("price", FieldValue.Of(90))));

        while (master.Rows("products").Count < 2 || (await RowsAsync(slave, "products")).Length < 2)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Empty(master.Rows("branches"));
        Assert.Empty(await RowsAsync(slave, "categories"));
    }

    [Fact]
    public async Task A_Branchline_can_be_such_a_master_and_joining_it_ends_that()
    {
        await using var chain = await Chain.OpenAsync();
        var user = chain.Master.User("admin");
        var token = chain.Master.Services.GetRequiredService<Sessions>().Open(user).Token;
        await using var slave = await TestNode.StartAsync(new TestSettings { Values = Settings(chain.Master.Address.ToString(), token) });
        await SyncAsync(slave);
        Assert.Equal("Rice 5 kg", (await Chain.FieldAsync(slave, "products", chain.Product, "name")).AsText);

        await Chain.WriteAsync(slave, "till", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));
        await SyncAsync(slave);
        Assert.Equal(1300, (await Chain.FieldAsync(chain.Master, "products", chain.Product, "price")).AsInteger);
        await Chain.WriteAsync(chain.Master, "office", Write.Update("products", chain.Product, ("price", FieldValue.Of(1350))));
        await SyncAsync(slave);
        Assert.Equal(1350, (await Chain.FieldAsync(slave, "products", chain.Product, "price")).AsInteger);

        await using var empty = await TestNode.StartAsync(new TestSettings { Values = Settings(chain.Master.Address.ToString(), null) });
        Assert.True(Assert.Single(empty.Services.GetRequiredService<Masters>().All).IsForeign);
        Assert.Equal(HttpStatusCode.OK, (await Chain.JoinAsync(empty, await chain.InviteAsync("North"), chain.Master.Address)).StatusCode);
        Assert.False(Assert.Single(empty.Services.GetRequiredService<Masters>().All).IsForeign);
    }

    private static Task<TestNode> FollowAsync(LaravelMaster master) => TestNode.StartAsync(new TestSettings { Values = Settings(master.Address, LaravelMaster.Token) });

    private static Dictionary<string, string?> Settings(string url, string? token) => new() { ["MASTER_URL"] = url, ["MASTER_TOKEN"] = token, ["SYNC_ENABLED"] = "false" };

    private static async Task SyncAsync(TestNode slave) => Assert.Empty((await RoundAsync(slave)).Errors);

    private static Task<RoundReport> RoundAsync(TestNode slave) =>
        slave.Services.GetRequiredService<Follower>().RunAsync(slave.Services.GetRequiredService<Masters>().All[0].Name, TestContext.Current.CancellationToken);

    private static async Task<MasterStatus> StatusAsync(TestNode slave) =>
        Assert.Single(await slave.Services.GetRequiredService<RoundBook>().ReadAsync(TestContext.Current.CancellationToken));

    private static async Task<System.Text.Json.JsonElement[]> RowsAsync(TestNode node, string table)
    {
        using var admin = node.SignedIn("admin");
        return [.. (await (await admin.GetAsync("/api/" + table, TestContext.Current.CancellationToken)).JsonAsync()).EnumerateArray()];
    }

    private static async Task<System.Text.Json.JsonElement> OnlyAsync(TestNode node, string table) => Assert.Single(await RowsAsync(node, table));
}
