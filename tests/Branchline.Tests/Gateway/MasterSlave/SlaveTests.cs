using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Branchline.Protocol;
using Branchline.Tests.Replication;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Gateway.MasterSlave;

/// <summary>A slave that knows three endpoints only, and a clock that may be wrong: nothing is lost and nothing doubled.</summary>
public sealed class SlaveTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private static readonly JsonObject Rice = new() { ["name"] = "Rice 5 kg", ["price"] = 1250, ["tracked"] = 1, ["created_at"] = "2026-01-01 08:00:00" };

    [Fact]
    public async Task Two_slaves_that_count_their_own_ids_end_with_the_same_rows_and_keep_their_ids()
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        using var north = shop.Slave("north");
        using var south = shop.Slave("south");
        var id = north.Create("products", (JsonObject)Rice.DeepClone());

        await north.SyncAsync();
        await south.SyncAsync();

        var known = Assert.Single(shop.Rows(south, "products"));
        Assert.Equal("Rice 5 kg", (string?)known["name"]);
        Assert.True((bool)known["tracked"]!);
        Assert.Equal(id, (int)Assert.Single(shop.Rows(north, "products"))["id"]!);

        south.Update("products", (string)known["id"]!, "price", 1300);
        await south.SyncAsync();
        await north.SyncAsync();

        Assert.Equal(1300, (int)north.Row("products", $"{id}")!["price"]!);
    }

    [Fact]
    public async Task References_by_counted_ids_name_the_same_rows_on_both_sides()
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        using var north = shop.Slave("north");
        var category = north.Create("categories", new JsonObject { ["name"] = "Grains" });
        var product = north.Create("products", new JsonObject { ["name"] = "Oats", ["price"] = "310", ["category_id"] = category });

        await north.SyncAsync();

        Assert.Equal(category, (int)north.Row("products", $"{product}")!["category_id"]!);
        var saved = (await shop.RowsAsync("products")).Single();
        Assert.Equal((await shop.RowsAsync("categories")).Single().GetProperty("id").GetString(), saved.GetProperty("category_id").GetString());
    }

    [Fact]
    public async Task An_upload_whose_answer_was_lost_doubles_nothing()
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        using var north = shop.Slave("north");
        var product = north.Create("products", (JsonObject)Rice.DeepClone());
        north.Create("inventory_adjustments", new JsonObject { ["product_id"] = product, ["branch_id"] = shop.Branch.ToString(), ["kind"] = "in", ["quantity"] = 5 });
        await north.UploadAsync(loseAnswer: true);

        var again = await north.UploadAsync();

        Assert.Equal(["already_applied", "already_applied"], Statuses(again));
        Assert.Equal(5, (await shop.RowsAsync("inventories")).Single().GetProperty("quantity").GetInt32());
        Assert.Single((await shop.RowsAsync("inventory_adjustments")));
    }

    [Fact]
    public async Task On_off_and_on_again_within_a_second_ends_on()
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        using var north = shop.Slave("north", new OneMoment());
        var product = north.Create("products", (JsonObject)Rice.DeepClone());
        foreach (var status in new[] { "archived", "active", "archived" })
        {
            north.Update("products", $"{product}", "status", status);
        }

        await north.UploadAsync(loseAnswer: true);
        await north.UploadAsync();

        Assert.Equal("archived", (await shop.RowsAsync("products")).Single().GetProperty("status").GetString());
    }

    [Fact]
    public async Task Records_without_a_time_that_say_the_same_once_more_are_meant_once_more()
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        using var north = shop.Signed("north");
        await UploadAsync(north, Record("create", new JsonObject { ["id"] = 7, ["name"] = "Tea", ["price"] = 100 }));
        var dear = Record("update", new JsonObject { ["id"] = 7, ["price"] = 200 });
        await UploadAsync(north, dear);
        await UploadAsync(north, Record("update", new JsonObject { ["id"] = 7, ["price"] = 150 }));

        var again = await UploadAsync(north, dear);
        var twice = await UploadAsync(north, dear);

        Assert.Equal(["applied", "already_applied"], [.. Statuses(again), .. Statuses(twice)]);
        Assert.Equal(200, (await shop.RowsAsync("products")).Single().GetProperty("price").GetInt32());
    }

    [Fact]
    public async Task One_bad_record_stops_no_other_and_says_what_is_wrong()
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        using var north = shop.Signed("north");

        var reply = await UploadAsync(
            north,
            Record("create", new JsonObject { ["id"] = 1, ["name"] = "Tea" }),
            Record("vanish", new JsonObject { ["id"] = 2, ["name"] = "Tea", ["price"] = 1 }),
            new JsonObject { ["id"] = 3, ["table"] = "nothing", ["action"] = "create", ["data"] = new JsonObject() },
            JsonValue.Create(5),
            Record("create", new JsonObject { ["name"] = "No id", ["price"] = 1 }),
            Record("create", new JsonObject { ["id"] = 4, ["name"] = "Salt", ["price"] = 90, ["colour"] = "white" }),
            Record("create", new JsonObject { ["id"] = 5, ["name"] = "Salt", ["price"] = 90 }));

        Assert.Equal(["required", "not_in_enum", "unknown_table", "required", "required", "unknown_field", ""], Members(reply, "code"));
        Assert.Equal("applied", Statuses(reply)[^1]);
        Assert.Single((await shop.RowsAsync("products")));
    }

    [Fact]
    public async Task A_record_that_was_refused_is_judged_anew_once_what_it_names_is_there()
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        using var north = shop.Signed("north");
        var child = Record("create", new JsonObject { ["id"] = 2, ["name"] = "Oats", ["price"] = 310, ["category_id"] = 9 });

        Assert.Equal(["broken_reference"], Members(await UploadAsync(north, child), "code"));
        await UploadAsync(north, Record("create", new JsonObject { ["id"] = 9, ["name"] = "Grains" }, "categories"));

        Assert.Equal(["applied"], Statuses(await UploadAsync(north, child)));
    }

    [Fact]
    public async Task The_older_of_two_changes_that_know_nothing_of_each_other_is_merged()
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        using var north = shop.Signed("north");
        await UploadAsync(north, Record("create", new JsonObject { ["id"] = 7, ["name"] = "Tea", ["price"] = 100 }));
        var id = (await shop.RowsAsync("products")).Single().GetProperty("id").GetString();
        using var admin = shop.Node.SignedIn("admin");
        (await admin.PutAsJsonAsync($"/api/products/{id}", new { price = 130 }, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

        var reply = await UploadAsync(north, Record("update", new JsonObject { ["id"] = 7, ["price"] = 90, ["name"] = "Tea, green", ["updated_at"] = "2026-01-01 08:00:00" }));

        Assert.Equal("merged", Assert.Single(Statuses(reply)));
        Assert.Equal(130, (await shop.RowsAsync("products")).Single().GetProperty("price").GetInt32());
    }

    [Fact]
    public async Task A_slave_whose_clock_is_slow_still_changes_what_it_has_read()
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        await shop.PriceAsync("Tea", 100);
        using var north = shop.Slave("north", ahead: TimeSpan.FromHours(-1));
        await north.SyncAsync();

        north.Update("products", (string)shop.Rows(north, "products").Single()["id"]!, "price", 120);
        await north.SyncAsync();

        Assert.Equal(120, (await shop.RowsAsync("products")).Single().GetProperty("price").GetInt32());
    }

    [Fact]
    public async Task A_slave_that_sends_back_what_it_was_told_changes_nothing()
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        using var north = shop.Slave("north");
        var product = await shop.PriceAsync("Tea", 100);
        await north.SyncAsync();
        north.Update("products", product.ToString(), "price", 100);

        Assert.Equal(["applied"], Statuses(await north.UploadAsync()));

        var told = north.Told;
        await north.SyncAsync();
        Assert.Equal(told, north.Told);
    }

    [Fact]
    public async Task Fields_that_the_node_keeps_are_left_out_and_named()
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        using var north = shop.Signed("north");
        await UploadAsync(north, Record("create", new JsonObject { ["id"] = 7, ["name"] = "Tea", ["price"] = 100 }));

        var reply = await UploadAsync(north, Record("create", new JsonObject { ["id"] = 1, ["product_id"] = 7, ["quantity"] = 40, ["shelf"] = "A3" }, "inventories"));

        var result = Assert.Single(reply.GetProperty("results").EnumerateArray());
        Assert.Equal("merged", result.GetProperty("status").GetString());
        Assert.Equal("quantity", result.GetProperty("kept")[0].GetString());
        Assert.Equal("A3", (await shop.RowsAsync("inventories")).Single().GetProperty("shelf").GetString());
    }

    [Fact]
    public async Task A_slave_sees_and_writes_nothing_of_other_branches()
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        using var north = shop.Slave("north");
        north.Create("products", (JsonObject)Rice.DeepClone());
        north.Create("inventories", new JsonObject { ["product_id"] = 1, ["branch_id"] = shop.Branch.ToString() });
        await north.SyncAsync();
        using var other = shop.Signed("other", shop.OtherBranch);

        var page = await (await other.GetAsync("/api/sync/download", TestContext.Current.CancellationToken)).JsonAsync();
        var foreign = await UploadAsync(other, Record("create", new JsonObject { ["id"] = 1, ["product_id"] = 1, ["branch_id"] = shop.Branch.ToString() }, "inventories"));

        Assert.DoesNotContain("inventories", page.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("table").GetString()));
        Assert.Equal("rejected", Assert.Single(Statuses(foreign)));
        await (await other.GetAsync("/api/sync/download?tables[]=nothing", TestContext.Current.CancellationToken)).MustRefuseAsync(HttpStatusCode.NotFound, "unknown_table");
        using var anonymous = shop.Node.Anonymous();
        await (await anonymous.GetAsync("/api/sync/download", TestContext.Current.CancellationToken)).MustRefuseAsync(HttpStatusCode.Unauthorized, "not_signed_in");
    }

    private static async Task<JsonElement> UploadAsync(HttpClient slave, params JsonNode[] records)
    {
        var response = await slave.PostAsJsonAsync("/api/sync/upload", new JsonObject { ["records"] = new JsonArray([.. records.Select(record => record.DeepClone())]) }, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return await response.JsonAsync();
    }

    private static JsonObject Record(string action, JsonObject data, string table = "products") =>
        new() { ["table"] = table, ["action"] = action, ["id"] = data["id"]?.DeepClone(), ["data"] = data };

    private static string[] Statuses(JsonElement reply) => Members(reply, "status");

    private static string[] Members(JsonElement reply, string name) =>
        [.. reply.GetProperty("results").EnumerateArray().Select(result => result.TryGetProperty(name, out var value) ? value.GetString()! : "")];
}
