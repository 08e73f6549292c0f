using System.Net;
using Branchline.Protocol;
using Branchline.Server;
using Branchline.Server.Schema;

namespace Branchline.Tests.Gateway.Tables;

/// <summary>A day is the day of the branch: half the world is never on the UTC day when its shops close.</summary>
public sealed class DayTests
{
    [Fact]
    public async Task A_list_by_day_counts_the_days_of_the_branch()
    {
        await using var shop = await OpenAsync();
        var late = await SellAsync(shop, shop.North, "2026-11-21T17:00:00.000Z");   // 01:00 on the 22nd in Manila
        var early = await SellAsync(shop, shop.South, "2026-11-22T03:00:00.000Z");  // 22:00 on the 21st in New York

        Assert.Equal([late], await SoldAsync(shop.Manager, "date=2026-11-22"));
        Assert.Empty(await SoldAsync(shop.Manager, "date=2026-11-21"));
        Assert.Equal([late], await SoldAsync(shop.Manager, "date=2026-11-20,2026-11-22"));
        Assert.Empty(await SoldAsync(shop.Manager, "sold_at[lt]=2026-11-22"));
        Assert.Equal([late], await SoldAsync(shop.Admin, $"branch={shop.North}&date=2026-11-22"));
        Assert.Equal([early], await SoldAsync(shop.Admin, $"branch={shop.South}&date=2026-11-21"));
        Assert.Equal(new[] { late, early }.Order(), (await SoldAsync(shop.Admin, "date=2026-11-21")).Order());
    }

    [Fact]
    public async Task A_row_that_is_of_today_is_of_the_branchs_today()
    {
        await using var shop = await OpenAsync();

        Assert.Equal("2026-11-22", await RequestedOnAsync(shop, shop.North));
        Assert.Equal("2026-11-21", await RequestedOnAsync(shop, shop.South));
    }

    [Theory]
    [InlineData("2026-11-21", "UTC", "2026-11-21T00:00:00.000Z")]
    [InlineData("2026-11-21", "Asia/Manila", "2026-11-20T16:00:00.000Z")]
    [InlineData("2026-09-06", "America/Santiago", "2026-09-06T04:00:00.000Z")]    // The clocks skip midnight.
    [InlineData("2026-11-01", "America/Havana", "2026-11-01T04:00:00.000Z")]      // Midnight comes twice.
    [InlineData("0001-01-01", "Asia/Tokyo", "0001-01-01T00:00:00.000Z")]
    [InlineData("9999-12-31", "America/New_York", "9999-12-31T05:00:00.000Z")]
    public void A_day_begins_when_the_clocks_of_its_place_say_so(string day, string zone, string start) =>
        Assert.Equal(
            start,
            TimestampConverter.Format(BranchTime.StartOf(DateOnly.Parse(day, null), TimeZoneInfo.FindSystemTimeZoneById(zone))));

    [Fact]
    public void A_time_zone_that_does_not_exist_refuses_the_start()
    {
        var settings = new TestSettings { Values = new() { ["Branchline:TimeZone"] = "Middle/Earth" } };

        var refused = Assert.Throws<StartRefusedException>(() => NodeOptions.From(new ServerSettings
        {
            DataDirectory = "unused",
            Schema = settings.Schema,
            Values = settings.Values,
        }));

        Assert.Contains("Middle/Earth", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>The branch North is in Manila; South says nothing, and the node is in New York.</summary>
    private static async Task<RestShop> OpenAsync()
    {
        var clock = new TestClock();
        clock.Advance(new DateTimeOffset(2026, 11, 21, 17, 30, 0, TimeSpan.Zero) - clock.GetUtcNow());
        var shop = await RestShop.OpenAsync(new TestSettings
        {
            Time = clock,
            Values = new() { ["Branchline:TimeZone"] = "America/New_York" },
        });
        (await shop.Admin.PutAsync($"/api/branches/{shop.North}", new { timezone = "Asia/Manila" })).Must(HttpStatusCode.OK);
        return shop;
    }

    private static async Task<string> SellAsync(RestShop shop, Guid branch, string soldAt) => (await shop.Admin.PostAsync(
        "/api/sales", new { receipt_number = NewId.Next().ToString(), branch_id = branch, sold_at = soldAt, subtotal = 0, total = 0 }))
        .Must(HttpStatusCode.Created).Id.ToString();

    private static async Task<IReadOnlyList<string>> SoldAsync(HttpClient client, string query) =>
        (await client.GetAsJsonAsync("/api/sales?" + query)).Must(HttpStatusCode.OK).Column("id");

    private static async Task<string?> RequestedOnAsync(RestShop shop, Guid branch) => (await shop.Admin.PostAsync(
        "/api/finance-cash-requests", new { branch_id = branch, amount = 5000, purpose = "Float" })).Must(HttpStatusCode.Created)["date"];
}
