using Branchline.Protocol;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Replication;

/// <summary>Deeper trees, two masters, masters of one another, rings: changes arrive everywhere, go round no further, and all end equal.</summary>
public sealed class NetworkTests
{
    [Fact]
    public async Task A_sale_in_a_branch_of_a_branch_arrives_at_head_office_and_a_price_comes_all_the_way_down()
    {
        await using var network = new Network();
        var (office, region, shop) = (await network.AddAsync(), await network.AddAsync(), await network.AddAsync());
        var product = await ProductAsync(office);
        await Network.FollowAsync(region, office, "Region");
        await network.SettleAsync();
        var branch = (await Network.FollowAsync(shop, region, "Shop"))!.Value;
        await network.SettleAsync();

        await Chain.WriteAsync(shop, "till", BranchTests.Movement(product, branch, "sale", -3));
        await Chain.WriteAsync(office, "office", Write.Update("products", product, ("price", FieldValue.Of(1300))));
        await network.SettleAsync();

        Assert.Equal(-3, await BranchTests.OnHandAsync(office, product, branch));
        Assert.Equal(1300, (await Chain.FieldAsync(shop, "products", product, "price")).AsInteger);
        await Network.AssertEqualAsync(office, region, shop);
    }

    [Fact]
    public async Task What_head_office_refuses_is_taken_back_in_the_branch_of_a_branch()
    {
        await using var network = new Network();
        var (office, region, shop) = (await network.AddAsync(), await network.AddAsync(), await network.AddAsync());
        var product = await ProductAsync(office);
        await Network.FollowAsync(region, office, "Region");
        await network.SettleAsync();
        var branch = (await Network.FollowAsync(shop, region, "Shop"))!.Value;
        await network.SettleAsync();
        await Chain.WriteAsync(office, "office", Write.Insert("categories", NewId.Next(), ("name", FieldValue.Of("Drinks"))));
        var client = NewId.Next();
        await Chain.WriteAsync(office, "office", Write.Delete("products", product));

        await Chain.WriteAsync(shop, "till", Write.Update("products", product, ("price", FieldValue.Of(1))));
        await Chain.WriteAsync(shop, "till", Write.Insert("clients", client, ("name", FieldValue.Of("Amina")), ("branch_id", FieldValue.Of(branch.ToString()))));
        await network.SettleAsync();

        Assert.Null(await Chain.RowAsync(shop, "products", product));
        Assert.NotNull(await Chain.RowAsync(office, "clients", client));
        await Network.AssertEqualAsync(office, region, shop);
    }

    [Fact]
    public async Task Two_head_offices_with_rows_of_their_own_become_one_and_stay_so()
    {
        await using var network = new Network();
        var (east, west) = (await network.AddAsync(), await network.AddAsync());
        var (rice, oil) = (await ProductAsync(east), await ProductAsync(west));
        await Chain.WriteAsync(west, "office-w", Write.Delete("products", await ProductAsync(west)));
        await Network.FollowAsync(west, east, "West", equal: true, all: true);
        await network.SettleAsync();
        Assert.NotNull(await Chain.RowAsync(east, "products", oil));

        await Chain.WriteAsync(east, "office-e", Write.Update("products", rice, ("price", FieldValue.Of(1300))));
        await Chain.WriteAsync(west, "office-w", Write.Update("products", rice, ("name", FieldValue.Of("Rice, 5 kg"))), Write.Delete("products", oil));
        await network.SettleAsync();

        Assert.Equal(1300, (await Chain.FieldAsync(west, "products", rice, "price")).AsInteger);
        Assert.Equal("Rice, 5 kg", (await Chain.FieldAsync(east, "products", rice, "name")).AsText);
        Assert.Null(await Chain.RowAsync(east, "products", oil));
        await Network.AssertEqualAsync(east, west);
    }

    [Fact]
    public async Task Of_one_field_written_at_both_head_offices_the_later_stays_at_both()
    {
        await using var network = new Network();
        var (east, west) = (await network.AddAsync(), await network.AddAsync());
        var rice = await ProductAsync(east);
        await Network.FollowAsync(west, east, "West", equal: true, all: true);
        await network.SettleAsync();

        await Chain.WriteAsync(west, "office-w", Write.Update("products", rice, ("name", FieldValue.Of("Earlier"))));
        await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        await Chain.WriteAsync(east, "office-e", Write.Update("products", rice, ("name", FieldValue.Of("Later"))));
        await network.SettleAsync();

        Assert.Equal("Later", (await Chain.FieldAsync(west, "products", rice, "name")).AsText);
        await Network.AssertEqualAsync(east, west);
    }

    [Fact]
    public async Task A_change_in_a_ring_of_three_is_everywhere_once_and_ends()
    {
        await using var network = new Network();
        var ring = new[] { await network.AddAsync(), await network.AddAsync(), await network.AddAsync() };
        var rice = await ProductAsync(ring[0]);
        for (var index = 0; index < 3; index++)
        {
            await Network.FollowAsync(ring[index], ring[(index + 1) % 3], $"After {index}", equal: true, all: true);
        }

        await network.SettleAsync();
        var branch = NewId.Next();
        await Chain.WriteAsync(ring[1], "office-1", Write.Insert("branches", branch, ("name", FieldValue.Of("North")), ("code", FieldValue.Of("N1"))));
        await network.SettleAsync();
        foreach (var (node, index) in ring.Select((node, index) => (node, index)))
        {
            await Chain.WriteAsync(node, "till-" + index, BranchTests.Movement(rice, branch, "in", 10 + index));
        }

        await network.SettleAsync();

        foreach (var node in ring)
        {
            Assert.Equal(33, await BranchTests.OnHandAsync(node, rice, branch));
        }

        await Network.AssertEqualAsync(ring);
    }

    [Fact]
    public async Task A_branch_under_two_masters_brings_the_sales_to_both_and_what_one_wrote_to_the_other()
    {
        await using var network = new Network();
        var (first, second, shop) = (await network.AddAsync(), await network.AddAsync(), await network.AddAsync());
        var rice = await ProductAsync(first);
        var branch = (await Network.FollowAsync(shop, first, "Shop"))!.Value;
        await network.SettleAsync();
        await Network.FollowAsync(shop, second, "Shop", equal: true, all: true);
        await network.SettleAsync();

        await Chain.WriteAsync(shop, "till", BranchTests.Movement(rice, branch, "sale", -3));
        await Chain.WriteAsync(second, "office-2", Write.Update("products", rice, ("price", FieldValue.Of(1300))));
        await network.SettleAsync();

        Assert.Equal(-3, await BranchTests.OnHandAsync(first, rice, branch));
        Assert.Equal(-3, await BranchTests.OnHandAsync(second, rice, branch));
        Assert.Equal(1300, (await Chain.FieldAsync(first, "products", rice, "price")).AsInteger);
        await Network.AssertEqualAsync(first, second, shop);
    }

    [Fact]
    public async Task A_second_master_with_the_last_word_is_refused_and_says_what_to_do()
    {
        await using var network = new Network();
        var (first, second, shop) = (await network.AddAsync(), await network.AddAsync(), await network.AddAsync());
        await Network.FollowAsync(shop, first, "Shop");
        using var office = second.SignedIn("admin");
        var token = (await (await System.Net.Http.Json.HttpClientJsonExtensions.PostAsJsonAsync(
            office, "/api/branches/links", new { name = "Shop" }, TestContext.Current.CancellationToken)).JsonAsync()).GetProperty("token").GetString()!;

        var refused = await Chain.JoinAsync(shop, token, second.Address);

        Assert.Contains("--equal", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_below_a_master_with_the_last_word_invites_no_equal_and_says_how_it_is_done()
    {
        await using var network = new Network();
        var (office, region) = (await network.AddAsync(), await network.AddAsync());
        await Network.FollowAsync(region, office, "Region");
        using var admin = region.SignedIn("admin");

        var refused = await System.Net.Http.Json.HttpClientJsonExtensions.PostAsJsonAsync(
            admin, "/api/branches/links", new { name = "Kiosk", equal = true }, TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("from the other side", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static async Task<Guid> ProductAsync(TestNode node)
    {
        var id = NewId.Next();
        await Chain.WriteAsync(node, "office", Write.Insert("products", id, ("name", FieldValue.Of("Rice 5 kg")), ("price", FieldValue.Of(1250))));
        return id;
    }
}
