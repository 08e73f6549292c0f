using System.Net.Http.Json;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Replication;
using Branchline.Tests.Monitor;
using Branchline.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Replication;

/// <summary>What head office sees of its branches and devices: who is there, who is behind and by how much, who cannot come in.</summary>
public sealed class StatusTests
{
    [Fact]
    public async Task A_branch_tells_its_master_after_a_round_how_it_stands()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");

        var line = await LineAsync(chain.Master, "North");
        var own = await StatusAsync(north.Node);

        Assert.Equal(("joined", 0), (Text(line, "state"), line.GetProperty("behind").GetInt64()));
        var report = line.GetProperty("report");
        Assert.Equal(own.GetProperty("node").GetProperty("version").GetString(), report.GetProperty("version").GetString());
        Assert.True(report.GetProperty("hasSameSchema").GetBoolean());
        Assert.Equal(Environment.MachineName, report.GetProperty("host").GetString());
        Assert.Equal(0, report.GetProperty("pendingUp").GetInt64());
        Assert.Equal(["sales", "prices", "master-data"], report.GetProperty("lanes").EnumerateArray().Select(lane => Text(lane, "name")));
        Assert.InRange(report.GetProperty("skewSeconds").GetDouble(), -5, 5);
        Assert.True(report.GetProperty("diskFree").GetInt64() > 0);
        var rounds = own.GetProperty("masters")[0].GetProperty("rounds").EnumerateArray().Select(round => Text(round, "id")).ToArray();
        Assert.Contains(Text(report.GetProperty("rounds")[0], "id"), rounds);
    }

    [Fact]
    public async Task A_node_that_was_started_again_still_tells_when_it_was_last_in_step_and_what_went_wrong_since()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        await Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(chain.Product, north.Id, "sale", -3));
        await north.SyncAsync();
        await chain.CloseMasterAsync();
        await north.RoundAsync();
        var before = (await StatusAsync(north.Node)).GetProperty("masters")[0];

        north = await chain.StartAgainAsync(north);

        var after = (await StatusAsync(north.Node)).GetProperty("masters")[0];
        foreach (var told in new[] { "status", "lastSyncedAt", "lastError", "retryCount", "rounds" })
        {
            Assert.Equal(before.GetProperty(told).GetRawText(), after.GetProperty(told).GetRawText());
        }

        Assert.Equal(("failed", 1), (Text(after, "status"), after.GetProperty("retryCount").GetInt32()));
        Assert.True(after.GetProperty("rounds").GetArrayLength() > 2);
    }

    [Fact]
    public async Task A_branch_that_follows_by_itself_is_live_and_one_that_is_gone_is_late()
    {
        var clock = new TestClock();
        await using var chain = await Chain.OpenAsync(await TestNode.StartAsync(new TestSettings { Time = clock }));
        var north = await chain.JoinAsync("North", new TestSettings());
        await Eventually.AsTrueAsync(async () => Text(await LineAsync(chain.Master, "North"), "contact") == "live", "It is never called live");

        // It asks for news no longer once it was answered.
        await north.Node.Services.GetRequiredService<Follower>().LeaveAsync(
            north.Node.Services.GetRequiredService<Masters>().All[0].Name, TestContext.Current.CancellationToken);
        await Chain.WriteAsync(chain.Master, "office", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));
        clock.Advance(TimeSpan.FromMinutes(1));

        await Eventually.AsTrueAsync(async () => Text(await LineAsync(chain.Master, "North"), "contact") == "late", "It is called live for ever");
    }

    [Fact]
    public async Task Only_what_is_for_a_branch_counts_as_waiting_for_it()
    {
        await using var chain = await Chain.OpenAsync();
        var (north, south) = (await chain.JoinAsync("North"), await chain.JoinAsync("South"));
        await north.SyncAsync();
        await Chain.WriteAsync(south.Node, "till-south", BranchTests.Movement(chain.Product, south.Id, "sale", -2));
        await Chain.WriteAsync(south.Node, "till-south", Write.Update("products", chain.Product, ("name", FieldValue.Of("Rice, 5 kg"))));
        await south.SyncAsync();
        await Chain.WriteAsync(chain.Master, "office", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));

        var (northern, southern) = (await LineAsync(chain.Master, "North"), await LineAsync(chain.Master, "South"));

        Assert.Equal((2, 1), (northern.GetProperty("behind").GetInt64(), southern.GetProperty("behind").GetInt64()));
        Assert.True(northern.GetProperty("lagSeconds").GetDouble() >= 0);
        await north.SyncAsync();
        Assert.Equal((0, 0), ((await LineAsync(chain.Master, "North")).GetProperty("behind").GetInt64(), (await LineAsync(chain.Master, "North")).GetProperty("lagSeconds").GetDouble()));
    }

    [Fact]
    public async Task What_waits_in_a_branch_is_seen_above_lane_by_lane()
    {
        var clock = new TestClock();
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North", new TestSettings { Values = Chain.ByHand, Time = clock });
        await PostAsync(north.Node, "/api/sync/lanes/prices?pause=true");
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));

        clock.Elapse(Reporter.Soonest);
        await north.RoundAsync();

        var report = (await LineAsync(chain.Master, "North")).GetProperty("report");
        var prices = report.GetProperty("lanes").EnumerateArray().Single(lane => Text(lane, "name") == "prices");
        Assert.Equal((1, 1, true), (report.GetProperty("pendingUp").GetInt64(), prices.GetProperty("pending").GetInt64(), prices.GetProperty("isPaused").GetBoolean()));
        Assert.NotEqual(JsonValueKind.Null, report.GetProperty("oldestUp").ValueKind);
    }

    [Fact]
    public async Task Reports_are_few_unless_something_went_wrong()
    {
        var clock = new StoppedClock();
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North", new TestSettings { Values = Chain.ByHand, Time = clock });
        var first = Text((await LineAsync(chain.Master, "North")).GetProperty("report"), "at");

        await Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(chain.Product, north.Id, "sale", -2));
        await north.RoundAsync();

        Assert.Equal(first, Text((await LineAsync(chain.Master, "North")).GetProperty("report"), "at"));
        clock.Advance(Reporter.Soonest);
        await north.RoundAsync();
        Assert.NotEqual(first, Text((await LineAsync(chain.Master, "North")).GetProperty("report"), "at"));
    }

    [Fact]
    public async Task Who_never_joined_is_not_called_joined_and_nothing_is_said_to_wait()
    {
        await using var chain = await Chain.OpenAsync();
        await chain.InviteAsync("North");

        var line = await LineAsync(chain.Master, "North");

        Assert.Equal(("invited", "none"), (Text(line, "state"), Text(line, "contact")));
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (line.GetProperty("behind").ValueKind, line.GetProperty("report").ValueKind));
    }

    [Fact]
    public async Task Who_signs_with_a_key_that_is_not_known_is_locked_out_and_it_is_seen_what_waits()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        var masters = north.Node.Services.GetRequiredService<Masters>();
        await masters.SaveAsync(masters.All[0] with { Key = BranchSeal.Random(32) }, TestContext.Current.CancellationToken);
        await Chain.WriteAsync(chain.Master, "office", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));

        await north.RoundAsync();

        var line = await LineAsync(chain.Master, "North");
        Assert.Equal(("locked_out", "late", "token_invalid"), (Text(line, "state"), Text(line, "contact"), Text(line.GetProperty("refusal"), "code")));
        Assert.Equal(1, line.GetProperty("behind").GetInt64());
    }

    [Fact]
    public async Task A_clock_that_is_wrong_is_seen_on_both_sides_and_one_that_is_far_off_locks_out()
    {
        var clock = new TestClock();
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North", new TestSettings { Values = Chain.ByHand, Time = clock });
        clock.Advance(TimeSpan.FromSeconds(90));
        clock.Elapse(Reporter.Soonest);

        await north.RoundAsync();

        Assert.InRange((await LineAsync(chain.Master, "North")).GetProperty("report").GetProperty("skewSeconds").GetDouble(), 60, 120);
        Assert.InRange((await StatusAsync(north.Node)).GetProperty("masters")[0].GetProperty("skewSeconds").GetDouble(), 60, 120);

        clock.Advance(TimeSpan.FromMinutes(10));
        await north.RoundAsync();

        var line = await LineAsync(chain.Master, "North");
        Assert.Equal(("locked_out", "clock_wrong"), (Text(line, "state"), Text(line.GetProperty("refusal"), "code")));
        Assert.InRange(line.GetProperty("report").GetProperty("skewSeconds").GetDouble(), 600, 800);
    }

    [Fact]
    public async Task A_branch_of_a_branch_is_seen_at_the_top()
    {
        var clock = new TestClock();
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North", new TestSettings { Values = Chain.ByHand, Time = clock });
        using var admin = north.Node.SignedIn("admin");
        var invited = await (await admin.PostAsJsonAsync("/api/branches/links", new { name = "North" }, TestContext.Current.CancellationToken)).JsonAsync();
        await using var kiosk = await TestNode.StartAsync(new TestSettings { Values = Chain.ByHand });
        Assert.True((await Chain.JoinAsync(kiosk, Text(invited, "token"), north.Node.Address)).IsSuccessStatusCode);
        await new ChainBranch(kiosk, Text(invited, "id"), north.Id).SyncAsync();
        clock.Elapse(Reporter.Soonest);
        await north.RoundAsync();

        var top = (await StatusAsync(chain.Master)).GetProperty("topology");

        Assert.Equal("master", Text(top, "state"));
        var below = Assert.Single(top.GetProperty("branches").EnumerateArray().ToArray());
        Assert.Equal("North", Text(below, "name"));
        var lowest = Assert.Single(below.GetProperty("branches").EnumerateArray().ToArray());
        Assert.Equal(Text((await StatusAsync(kiosk)).GetProperty("node"), "id"), Text(lowest, "node"));
        Assert.Equal("joined", Text(lowest, "state"));
    }

    [Fact]
    public async Task Devices_that_read_are_seen_with_whose_they_are_and_who_holds_the_log()
    {
        var clock = new TestClock();
        await using var chain = await Chain.OpenAsync(await TestNode.StartAsync(new TestSettings { Time = clock, Values = { ["Branchline:Feed:KeepTombstones"] = "30.00:00:00" } }));
        var till = new TestDevice(chain.Master.SignedIn("manager"), "till-1");
        await till.PullAsync(new() { ["everyone"] = (await till.SnapshotAsync("everyone")).Cursor });
        await Chain.WriteAsync(chain.Master, "office", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));
        await chain.Master.Services.GetRequiredService<Server.Mutations.Compaction>().RunAsync(TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromDays(40));

        var status = await StatusAsync(chain.Master);

        var device = Assert.Single(status.GetProperty("devices").EnumerateArray().ToArray());
        Assert.Equal(("till-1", "A manager", 1), (Text(device, "id"), Text(device, "userName"), device.GetProperty("behind").GetInt64()));
        Assert.True(device.GetProperty("isFloorHolder").GetBoolean());
        var floor = status.GetProperty("floor");
        Assert.Equal(("device:till-1", 1), (Text(floor.GetProperty("holders")[0], "holder"), floor.GetProperty("changes").GetInt64()));
        Assert.True(status.GetProperty("schedule").GetProperty("enabled").GetBoolean());
        Assert.True(status.GetProperty("node").GetProperty("disk").GetProperty("free").GetInt64() > 0);
    }

    [Fact]
    public async Task Nobody_but_an_administrator_is_told()
    {
        await using var node = await TestNode.StartAsync();
        using var manager = node.SignedIn("manager");

        Assert.Equal(System.Net.HttpStatusCode.Forbidden, (await manager.GetAsync("/api/sync/status", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await node.Anonymous().GetAsync("/api/sync/status", TestContext.Current.CancellationToken)).StatusCode);
    }

    internal static async Task<JsonElement> StatusAsync(TestNode node)
    {
        using var admin = node.SignedIn("admin");
        return await (await admin.GetAsync("/api/sync/status", TestContext.Current.CancellationToken)).JsonAsync();
    }

    private static async Task<JsonElement> LineAsync(TestNode node, string name) =>
        (await StatusAsync(node)).GetProperty("branches").EnumerateArray().Single(line => Text(line, "name") == name);

    private static async Task PostAsync(TestNode node, string address)
    {
        using var admin = node.SignedIn("admin");
        var answer = await admin.PostAsync(address, null, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static string Text(JsonElement one, string member) => one.GetProperty(member).GetString()!;
}
