using Branchline.Protocol;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Replication;

/// <summary>Clocks that are ten minutes and ten years wrong, on either side: nothing goes through while they are, and nothing is lost or stuck once they are right.</summary>
public sealed class WrongClockTests
{
    private const int TenMinutes = 10;
    private const int TenYears = 10 * 365 * 24 * 60;

    [Theory]
    [InlineData(TenMinutes)]
    [InlineData(TenYears)]
    [InlineData(-TenYears)]
    public async Task A_branch_whose_clock_is_wrong_says_so_and_catches_up_when_it_is_right(int minutes)
    {
        var clock = new TestClock();
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North", new TestSettings { Values = Chain.ByHand, Time = clock });
        clock.Advance(TimeSpan.FromMinutes(minutes));
        await Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(chain.Product, north.Id, "sale", -3));
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));

        var report = await north.RoundAsync();

        Assert.Contains("clock", report.Errors["line"], StringComparison.OrdinalIgnoreCase);
        clock.Advance(TimeSpan.FromMinutes(-minutes));
        await north.SyncAsync();
        await AgreeAsync(chain, north, -3);
    }

    [Theory]
    [InlineData(TenMinutes)]
    [InlineData(TenYears)]
    [InlineData(-TenYears)]
    public async Task A_head_office_whose_clock_was_wrong_agrees_with_its_branch_once_it_is_right(int minutes)
    {
        var clock = new TestClock();
        await using var chain = await Chain.OpenAsync(new TestSettings { Time = clock });
        var north = await chain.JoinAsync("North");
        clock.Advance(TimeSpan.FromMinutes(minutes));
        await Chain.WriteAsync(chain.Master, "office", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));
        await Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(chain.Product, north.Id, "sale", -3));
        Assert.Contains("line", (await north.RoundAsync()).Errors);

        clock.Advance(TimeSpan.FromMinutes(-minutes));
        await north.SyncAsync();
        await AgreeAsync(chain, north, -3);
    }

    /// <summary>Both have the sale once and one price, and what a till writes from then on counts.</summary>
    private static async Task AgreeAsync(Chain chain, ChainBranch north, long onHand)
    {
        Assert.Equal(onHand, await BranchTests.OnHandAsync(chain.Master, chain.Product, north.Id));
        Assert.Equal(onHand, await BranchTests.OnHandAsync(north.Node, chain.Product, north.Id));
        Assert.Equal(await Chain.FieldAsync(chain.Master, "products", chain.Product, "price"), await Chain.FieldAsync(north.Node, "products", chain.Product, "price"));

        await WriteByTillAsync(north, chain.Product, 1400);
        await north.SyncAsync();
        Assert.Equal(1400, (await Chain.FieldAsync(chain.Master, "products", chain.Product, "price")).AsInteger);
        Assert.Equal(1400, (await Chain.FieldAsync(north.Node, "products", chain.Product, "price")).AsInteger);
    }

    // By the till's own clock, which was right all the time.
    private static async Task WriteByTillAsync(ChainBranch north, Guid product, long price)
    {
        var device = new DeviceId("till-right");
        var at = new Stamp(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 0, device);
        var outcome = await Chain.ApplyAsync(north.Node, new Mutation(device, 1, NewId.Next(), at, null, [Write.Update("products", product, ("price", FieldValue.Of(price)))]));
        Assert.IsNotType<MutationOutcome.Rejected>(outcome);
    }
}
