using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server;
using Branchline.Server.Replication;
using Branchline.Server.Replication.Pace;
using Branchline.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Replication;

/// <summary>Each lane has its own window and rate; neither holds up another lane, and whoever is in a hurry goes past both.</summary>
public sealed class LaneTests
{
    private static readonly TimeZoneInfo Kolkata = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata");

    [Theory]
    [InlineData("22:00-06:00", "2026-11-28T22:00:00+05:30", null)]
    [InlineData("22:00-06:00", "2026-11-29T05:59:59+05:30", null)]
    [InlineData("22:00-06:00", "2026-11-29T06:00:00+05:30", "2026-11-29T22:00:00+05:30")]
    [InlineData("22:00-06:00", "2026-11-28T16:29:59Z", "2026-11-28T22:00:00+05:30")]
    [InlineData("08:30-12:00", "2026-11-28T12:00:00+05:30", "2026-11-29T08:30:00+05:30")]
    [InlineData("08:30-12:00", "2026-11-28T08:30:00+05:30", null)]
    public void A_window_is_of_every_day_by_the_clock_on_the_wall(string text, string now, string? opens)
    {
        Assert.True(LaneWindow.TryParse(text, out var window));

        Assert.Equal(
            opens is null ? null : DateTimeOffset.Parse(opens, System.Globalization.CultureInfo.InvariantCulture),
            window.ClosedUntil(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture), Kolkata));
    }

    [Fact]
    public void A_window_that_opens_in_an_hour_that_the_clocks_skip_opens_after_it()
    {
        Assert.True(LaneWindow.TryParse("02:30-05:00", out var window));
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

        var opens = window.ClosedUntil(new DateTimeOffset(2026, 3, 28, 22, 0, 0, TimeSpan.Zero), berlin);

        Assert.Equal(new DateTimeOffset(2026, 3, 29, 1, 0, 0, TimeSpan.Zero), opens);
    }

    [Theory]
    [InlineData("Lanes:price:Window", "22:00-06:00", "there is no such lane; the lanes are sales, prices, master-data")]
    [InlineData("Lanes:prices:Window", "22-06", "it is two different times of day, such as 22:00-06:00")]
    [InlineData("Lanes:prices:Window", "22:00-22:00", "it is two different times of day")]
    [InlineData("Lanes:prices:MaxChangesPerSecond", "0", "it is a number from 1 to 1000000")]
    [InlineData("Lanes:prices:MaxChangesPerSecond", "fast", "it is a number from 1 to 1000000")]
    [InlineData("Lanes:prices:Rate", "5", "a lane has no such setting")]
    [InlineData("LaneTimeZone", "Mars/Olympus", "it is the IANA name of a time zone")]
    public void A_setting_that_cannot_be_refuses_the_start(string name, string value, string because)
    {
        using var directory = new TempDirectory();
        var settings = new ServerSettings
        {
            DataDirectory = directory.Path,
            Schema = new TestSettings().Schema,
            Values = new Dictionary<string, string?> { ["Branchline:Sync:" + name] = value },
        };

        Assert.Contains(because, Assert.Throws<StartRefusedException>(() => BranchlineServer.OptionsInForce(settings)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_lane_is_passed_over_and_its_status_says_until_when_unless_the_round_is_forced()
    {
        await using var chain = await Chain.OpenAsync();
        var clock = new WallClock(new TimeOnly(12, 0));
        var north = await chain.JoinAsync("North", new TestSettings
        {
            Values = new Dictionary<string, string?>(Chain.ByHand) { ["Branchline:Sync:Lanes:prices:Window"] = "10:00-13:00" },
            Time = clock,
        });
        clock.Now = new TimeOnly(14, 0);
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));
        await Chain.WriteAsync(north.Node, "till-north", Write.Insert("clients", NewId.Next(), ("name", FieldValue.Of("Amina")), ("branch_id", FieldValue.Of(north.Id.ToString()))));

        await north.SyncAsync();

        var lanes = await LanesAsync(north);
        Assert.Equal([("sales", 0L), ("prices", 1L), ("master-data", 0L)], lanes.Select(lane => (lane.GetProperty("name").GetString()!, lane.GetProperty("pending").GetInt64())));
        Assert.Equal(10, lanes[1].GetProperty("closedUntil").GetDateTimeOffset().Hour);
        Assert.Equal("10:00-13:00", lanes[1].GetProperty("window").GetString());
        Assert.Equal(JsonValueKind.Null, lanes[0].GetProperty("closedUntil").ValueKind);

        await ForceAsync(north);
        Assert.Equal(1300, (await Chain.FieldAsync(chain.Master, "products", chain.Product, "price")).AsInteger);
        await Chain.WriteAsync(chain.Master, "office", Write.Update("products", chain.Product, ("price", FieldValue.Of(1400))));
        await north.SyncAsync();
        Assert.Equal(1300, (await Chain.FieldAsync(north.Node, "products", chain.Product, "price")).AsInteger);
        clock.Now = new TimeOnly(10, 0);
        await north.SyncAsync();
        Assert.Equal(1400, (await Chain.FieldAsync(north.Node, "products", chain.Product, "price")).AsInteger);
    }

    [Fact]
    public async Task A_movement_of_a_product_that_waits_in_a_closed_lane_draws_it_along()
    {
        await using var chain = await Chain.OpenAsync();
        var clock = new WallClock(new TimeOnly(12, 0));
        var north = await chain.JoinAsync("North", new TestSettings
        {
            Values = new Dictionary<string, string?>(Chain.ByHand) { ["Branchline:Sync:Lanes:prices:Window"] = "10:00-13:00" },
            Time = clock,
        });
        clock.Now = new TimeOnly(14, 0);
        var product = NewId.Next();
        await Chain.WriteAsync(north.Node, "till-north", Write.Insert("products", product, ("name", FieldValue.Of("Lentils")), ("price", FieldValue.Of(900))));
        await Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(product, north.Id, "sale", -2));

        await north.SyncAsync();

        Assert.Equal(-2, await BranchTests.OnHandAsync(chain.Master, product, north.Id));
    }

    [Fact]
    public async Task A_rate_lets_so_many_pass_in_a_second_and_holds_up_no_other_lane()
    {
        await using var chain = await Chain.OpenAsync();
        var clock = new StoppedClock();
        var north = await chain.JoinAsync("North", new TestSettings
        {
            Values = new Dictionary<string, string?>(Chain.ByHand) { ["Branchline:Sync:Lanes:master-data:MaxChangesPerSecond"] = "2" },
            Time = clock,
        });
        clock.Advance(TimeSpan.FromSeconds(10));
        for (var made = 0; made < 5; made++)
        {
            await Chain.WriteAsync(north.Node, "till-north", Write.Insert("clients", NewId.Next(), ("name", FieldValue.Of("Amina")), ("branch_id", FieldValue.Of(north.Id.ToString()))));
        }

        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));

        Assert.Equal(3, (await north.RoundAsync()).Applied);
        Assert.Equal(0, (await north.RoundAsync()).Applied);
        Assert.Equal(1300, (await Chain.FieldAsync(chain.Master, "products", chain.Product, "price")).AsInteger);
        var pace = north.Node.Services.GetRequiredService<LanePace>();
        Assert.Equal(TimeSpan.FromSeconds(1), pace.Next(north.Node.Services.GetRequiredService<Masters>().All[0].Name));
        Assert.Equal(2, (await LanesAsync(north))[2].GetProperty("maxChangesPerSecond").GetInt32());

        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, (await north.RoundAsync()).Applied);
        await ForceAsync(north);
        Assert.Equal(0, (await LanesAsync(north))[2].GetProperty("pending").GetInt64());
    }

    [Fact]
    public async Task What_comes_down_is_held_to_the_rate_too_and_all_of_it_arrives()
    {
        await using var chain = await Chain.OpenAsync();
        var clock = new StoppedClock();
        var north = await chain.JoinAsync("North", new TestSettings
        {
            Values = new Dictionary<string, string?>(Chain.ByHand) { ["Branchline:Sync:Lanes:prices:MaxChangesPerSecond"] = "10" },
            Time = clock,
        });
        clock.Advance(TimeSpan.FromSeconds(10));
        await north.SyncAsync();
        for (var made = 0; made < 25; made++)
        {
            await Chain.WriteAsync(chain.Master, "office", Write.Insert("products", NewId.Next(), ("name", FieldValue.Of($"Tea {made}")), ("price", FieldValue.Of(100))));
        }

        var passed = new List<int>();
        for (var second = 0; second < 3; second++)
        {
            passed.Add((await north.RoundAsync()).Changes);
            Assert.True((await north.RoundAsync()).IsQuiet);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([10, 10, 5], passed);
        await Courier.MustAgreeAsync(chain, north);
    }

    private static async Task ForceAsync(ChainBranch branch)
    {
        using var admin = branch.Node.SignedIn("admin");
        var answer = await admin.PostAsync("/api/sync/run?force=true", null, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<JsonElement[]> LanesAsync(ChainBranch branch)
    {
        using var admin = branch.Node.SignedIn("admin");
        var status = await (await admin.GetAsync("/api/sync/status", TestContext.Current.CancellationToken)).JsonAsync();
        return [.. status.GetProperty("masters")[0].GetProperty("lanes").EnumerateArray()];
    }

    /// <summary>Real time in a place where the clock on the wall shows what the test says.</summary>
    private sealed class WallClock(TimeOnly now) : TimeProvider
    {
        public TimeOnly Now { get; set; } = now;

        public override TimeZoneInfo LocalTimeZone
        {
            get
            {
                // Within half a day of Greenwich, to the minute, and past it by up to one.
                var ahead = (int)Math.Ceiling((Now.ToTimeSpan() - GetUtcNow().TimeOfDay).TotalMinutes);
                var offset = TimeSpan.FromMinutes(ahead > 720 ? ahead - 1440 : ahead < -720 ? ahead + 1440 : ahead);
                return TimeZoneInfo.CreateCustomTimeZone("test", offset, "test", "test");
            }
        }
    }
}
