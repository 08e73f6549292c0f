using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Gateway.MasterSlave;

/// <summary>Times from a slave decide nothing: what was committed and not acknowledged comes, whatever they say.</summary>
public sealed class DownloadTests(SharedNode shared) : IClassFixture<SharedNode>
{
    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(480)]
    [InlineData(-480)]
    public async Task A_slave_that_believes_its_own_clock_misses_no_commit(int minutesAhead)
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        using var slave = new LaravelSlave(shop.Signed("north"), TimeProvider.System) { Tables = ["clients"], BelievesItsOwnClock = true, Ahead = TimeSpan.FromMinutes(minutesAhead), PageSize = 2 };
        var expected = new List<string>();
        for (var round = 0; round < 4; round++)
        {
            for (var i = 0; i < 3; i++)
            {
                expected.Add((await shop.ClientAsync($"Client {round} {i}")).ToString());
            }

            await slave.DownloadAsync(loseAnswer: round % 2 == 1);
            await slave.SyncAsync();
        }

        Assert.Equal(expected.Order(), slave.Rows("clients").Select(row => (string)row["id"]!).Order());
    }

    [Fact]
    public async Task What_was_acknowledged_is_not_told_again()
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        using var slave = new LaravelSlave(shop.Signed("north"), TimeProvider.System) { Tables = ["clients"], BelievesItsOwnClock = true, Ahead = TimeSpan.FromMinutes(10) };
        await shop.ClientAsync("Tea");
        await slave.SyncAsync();
        var told = slave.Told;

        await slave.SyncAsync();
        await shop.ClientAsync("Salt");
        await slave.SyncAsync();

        Assert.Equal(told + 1, slave.Told);
    }

    [Fact]
    public async Task A_slave_that_never_acknowledges_and_sends_the_time_back_is_told_everything_once()
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        using var slave = new LaravelSlave(shop.Signed("north"), TimeProvider.System) { Tables = ["clients"], Acknowledges = false, PageSize = 2 };
        foreach (var name in new[] { "Tea", "Salt", "Rice", "Oats", "Milk" })
        {
            await shop.ClientAsync(name);
            await slave.SyncAsync();
        }

        Assert.Equal(5, slave.Told);
    }

    [Fact]
    public async Task An_answer_that_was_lost_is_told_again_though_the_slave_says_a_later_time()
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        using var slave = new LaravelSlave(shop.Signed("north"), TimeProvider.System) { Tables = ["clients"], BelievesItsOwnClock = true };
        await slave.SyncAsync();
        await shop.ClientAsync("Tea");
        await slave.DownloadAsync(loseAnswer: true);
        slave.LastSyncedAt = "2099-01-01 00:00:00";

        await slave.SyncAsync();

        Assert.Single(slave.Rows("clients"));
    }

    [Theory]
    [InlineData("2026-11-28 12:00:00")]
    [InlineData("2099-01-01T00:00:00.000000Z")]
    [InlineData("2099-01-01T00:00:00 08:00")]
    [InlineData("2099-01-01")]
    public async Task A_slave_that_comes_first_with_the_time_of_another_master_is_told_everything(string since)
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        await shop.ClientAsync("Tea");
        using var slave = new LaravelSlave(shop.Signed("north"), TimeProvider.System) { Tables = ["clients"], LastSyncedAt = since };

        await slave.SyncAsync();

        Assert.Single(slave.Rows("clients"));
    }

    [Fact]
    public async Task A_slave_that_was_put_back_to_an_older_copy_is_told_what_it_lost()
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        await shop.ClientAsync("Tea");
        using var slave = new LaravelSlave(shop.Signed("north"), TimeProvider.System) { Tables = ["clients"] };
        await slave.SyncAsync();
        var old = slave.LastSyncedAt;
        await shop.ClientAsync("Salt");
        await slave.SyncAsync();
        using var copy = new LaravelSlave(shop.Signed("north"), TimeProvider.System) { Tables = ["clients"], LastSyncedAt = old };

        await copy.SyncAsync();

        Assert.Equal(["Salt"], copy.Rows("clients").Select(row => (string)row["name"]!));

        using var older = new LaravelSlave(shop.Signed("north"), TimeProvider.System) { Tables = ["clients"], LastSyncedAt = "2026-01-01 00:00:00", BelievesItsOwnClock = true };
        await older.SyncAsync();
        older.LastSyncedAt = "2025-12-31 00:00:00";
        await older.SyncAsync();
        Assert.Equal(["Salt", "Tea"], older.Rows("clients").Select(row => (string)row["name"]!).Order());
    }

    [Fact]
    public async Task A_list_of_tables_has_a_place_of_its_own()
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        await shop.ClientAsync("Tea");
        using var first = new LaravelSlave(shop.Signed("north"), TimeProvider.System) { Tables = ["branches"] };
        await first.SyncAsync();
        using var second = new LaravelSlave(shop.Signed("north"), TimeProvider.System) { Tables = ["clients", "branches"], LastSyncedAt = first.LastSyncedAt };

        await second.SyncAsync();

        Assert.Empty(first.Rows("clients"));
        Assert.Single(second.Rows("clients"));
    }

    [Fact]
    public async Task What_is_deleted_arrives_as_a_delete_and_a_change_as_an_update()
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        var (tea, salt) = (await shop.ClientAsync("Tea"), await shop.ClientAsync("Salt"));
        using var slave = new LaravelSlave(shop.Signed("north"), TimeProvider.System) { Tables = ["clients"] };
        await slave.SyncAsync();
        await shop.WriteAsync(Write.Delete("clients", tea));
        await shop.WriteAsync(Write.Update("clients", salt, ("note", FieldValue.Of("Pays later"))));

        using var http = shop.Signed("north");
        var page = await (await http.GetAsync("/api/sync/download?tables[]=clients&last_synced_at=" + slave.LastSyncedAt, TestContext.Current.CancellationToken)).JsonAsync();
        Assert.Equal(["delete", "update"], page.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("action").GetString()));
        await slave.SyncAsync();

        Assert.True(slave.WasDeleted("clients", tea.ToString()));
        Assert.Equal("Pays later", (string)slave.Row("clients", salt.ToString())!["note"]!);
    }

    [Fact]
    public async Task A_record_that_a_slave_leaves_out_of_its_acknowledgement_is_told_again()
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        string[] ids = [.. await Task.WhenAll(new[] { "Tea", "Salt", "Rice" }.Select(name => shop.ClientAsync(name))).ContinueWith(made => made.Result.Select(id => id.ToString()), TaskScheduler.Default)];
        using var http = shop.Signed("north");
        var first = await PageAsync(http, "?tables[]=clients&last_synced_at=2026-01-01 00:00:00");
        string[] told = [.. first.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("id").GetString()!)];

        Assert.Equal(1, await AcknowledgeAsync(http, new { ids = new[] { told[0], told[2] } }));

        var second = await PageAsync(http, "?tables[]=clients&last_synced_at=2026-01-01 00:01:00");
        Assert.Equal(told[1..], second.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("id").GetString()));
        Assert.Equal(ids.Order(), told.Order());
    }

    [Fact]
    public async Task An_acknowledgement_that_comes_twice_or_late_confirms_nothing_it_is_not_about()
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        await shop.ClientAsync("Tea");
        using var http = shop.Signed("north");
        var first = (await PageAsync(http, "?tables=clients")).GetProperty("synced_at").GetString();
        Assert.Equal(1, await AcknowledgeAsync(http, new { synced_at = first }));
        await shop.ClientAsync("Salt");
        await PageAsync(http, "?tables=clients&last_synced_at=2026-11-28 12:00:00");

        Assert.Equal(0, await AcknowledgeAsync(http, new { synced_at = first }));
        Assert.Equal(0, await AcknowledgeAsync(http, new { ids = new[] { 12 } }));

        Assert.Equal(1, (await PageAsync(http, "?tables=clients&last_synced_at=2026-11-28 12:00:00")).GetProperty("count").GetInt32());
        Assert.Equal(1, await AcknowledgeAsync(http, new { last_synced_at = "2026-11-28 12:00:01" }));
        Assert.Equal(0, (await PageAsync(http, "?tables=clients&last_synced_at=2026-11-28 12:00:01")).GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task An_acknowledgement_by_ids_does_not_confirm_a_change_that_came_after_what_it_is_about()
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        var tea = await shop.ClientAsync("Tea");
        using var http = shop.Signed("north");
        await PageAsync(http, "?tables=clients&last_synced_at=2026-11-28 12:00:00");
        await shop.WriteAsync(Write.Update("clients", tea, ("note", FieldValue.Of("Pays later"))));
        var lost = (await PageAsync(http, "?tables=clients&last_synced_at=2026-11-28 12:00:00")).GetProperty("synced_at").GetString();

        Assert.Equal(1, await AcknowledgeAsync(http, new { ids = new[] { tea } }));

        var again = await PageAsync(http, "?tables=clients&last_synced_at=2026-11-28 12:00:01");
        Assert.Equal("Pays later", Assert.Single(again.GetProperty("records").EnumerateArray()).GetProperty("data").GetProperty("note").GetString());
        Assert.Equal(1, await AcknowledgeAsync(http, new { ids = new[] { tea }, synced_at = lost }));
        Assert.Equal(0, (await PageAsync(http, "?tables=clients&last_synced_at=2026-11-28 12:00:02")).GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task What_cannot_be_understood_is_refused_with_what_would_be_right()
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        await shop.ClientAsync("Tea");
        using var http = shop.Signed("north");

        await MustRefuseAsync(http, "?last_synced_at=yesterday", "last_synced_at");
        await MustRefuseAsync(http, "?page=2", "page");
        await MustRefuseAsync(http, "?limit=100000", "limit");
        await (await SendAsync(http, "acknowledge", new { })).MustRefuseAsync(HttpStatusCode.UnprocessableEntity, "required");
        await (await SendAsync(http, "acknowledge", new { synced_at = "soon" })).MustRefuseAsync(HttpStatusCode.UnprocessableEntity, "wrong_type");
        await (await SendAsync(http, "upload", new { rows = 5 })).MustRefuseAsync(HttpStatusCode.BadRequest, "malformed_json");
        await (await SendAsync(http, "upload", new { records = new object[1001] })).MustRefuseAsync(HttpStatusCode.RequestEntityTooLarge, "batch_too_large");

        await PageAsync(http, "?tables=clients");
        await PageAsync(http, "?tables=branches");
        await (await SendAsync(http, "acknowledge", new { synced_at = "2026-11-28 12:00:00" })).MustRefuseAsync(HttpStatusCode.BadRequest, "parameter_invalid");
        Assert.Equal(1, await AcknowledgeAsync(http, new { synced_at = "2026-11-28 12:00:00", tables = new[] { "clients" } }));
    }

    private static async Task<JsonElement> PageAsync(HttpClient http, string query)
    {
        var response = await http.GetAsync("/api/sync/download" + query, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return await response.JsonAsync();
    }

    private static async Task<int> AcknowledgeAsync(HttpClient http, object told)
    {
        var response = await SendAsync(http, "acknowledge", told);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (await response.JsonAsync()).GetProperty("acknowledged").GetInt32();
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient http, string verb, object body) =>
        http.PostAsJsonAsync("/api/sync/" + verb, body, TestContext.Current.CancellationToken);

    private static async Task MustRefuseAsync(HttpClient http, string query, string field)
    {
        var problem = await (await http.GetAsync("/api/sync/download" + query, TestContext.Current.CancellationToken)).MustRefuseAsync(HttpStatusCode.BadRequest, "parameter_invalid");
        Assert.Equal(field, problem.GetProperty("field").GetString());
    }
}
