using Branchline.Protocol;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Replication;

/// <summary>A branch and its head office: what goes up, what comes down, and what neither loses.</summary>
public sealed class BranchTests
{
    [Fact]
    public async Task A_branch_that_joins_has_the_rows_of_its_scopes()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");

        Assert.Equal("Rice 5 kg", (await Chain.FieldAsync(north.Node, "products", chain.Product, "name")).AsText);
        Assert.NotNull(await Chain.RowAsync(north.Node, "branches", north.Id));
    }

    [Fact]
    public async Task What_a_till_of_the_branch_did_is_at_the_master_with_its_device_and_stamp()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        await SellAsync(north, chain.Product, -3);

        await north.SyncAsync();

        Assert.Equal(-3, await OnHandAsync(chain.Master, chain.Product, north.Id));
        Assert.Equal(-3, await OnHandAsync(north.Node, chain.Product, north.Id));
    }

    [Fact]
    public async Task A_price_that_head_office_changes_is_in_the_branch_and_the_other_fields_stay()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        await Chain.WriteAsync(chain.Master, "office", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));

        await north.SyncAsync();

        var row = (await Chain.RowAsync(north.Node, "products", chain.Product))!;
        Assert.Equal(1300, row.Fields["price"].AsInteger);
        Assert.Equal("Rice 5 kg", row.Fields["name"].AsText);
    }

    [Fact]
    public async Task Two_branches_that_changed_two_fields_of_a_product_offline_both_have_both()
    {
        await using var chain = await Chain.OpenAsync();
        var (north, south) = (await chain.JoinAsync("North"), await chain.JoinAsync("South"));
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));
        await Chain.WriteAsync(south.Node, "till-south", Write.Update("products", chain.Product, ("name", FieldValue.Of("Rice, 5 kg"))));

        await SettleAsync(north, south);

        foreach (var node in new[] { chain.Master, north.Node, south.Node })
        {
            Assert.Equal(1300, (await Chain.FieldAsync(node, "products", chain.Product, "price")).AsInteger);
            Assert.Equal("Rice, 5 kg", (await Chain.FieldAsync(node, "products", chain.Product, "name")).AsText);
        }
    }

    [Fact]
    public async Task Of_two_branches_that_changed_one_field_the_later_has_it_everywhere()
    {
        await using var chain = await Chain.OpenAsync();
        var (north, south) = (await chain.JoinAsync("North"), await chain.JoinAsync("South"));
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));
        await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        await Chain.WriteAsync(south.Node, "till-south", Write.Update("products", chain.Product, ("price", FieldValue.Of(1400))));

        // The later arrives first.
        await SettleAsync(south, north);

        foreach (var node in new[] { chain.Master, north.Node, south.Node })
        {
            Assert.Equal(1400, (await Chain.FieldAsync(node, "products", chain.Product, "price")).AsInteger);
        }
    }

    [Fact]
    public async Task What_head_office_refuses_is_taken_back_in_the_branch_and_lies_in_its_tray_with_the_reason()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        await Chain.WriteAsync(chain.Master, "office", Write.Delete("products", chain.Product));
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));

        var report = await north.RoundAsync();
        await north.SyncAsync();

        Assert.Equal(1, report.Refused);
        Assert.Null(await Chain.RowAsync(north.Node, "products", chain.Product));
        using var admin = north.Node.SignedIn("admin");
        var tray = await (await admin.GetAsync("/api/tray", TestContext.Current.CancellationToken)).JsonAsync();
        Assert.Equal("row_deleted", tray.GetProperty("entries")[0].GetProperty("code").GetString());
        Assert.StartsWith("Head office refused it", tray.GetProperty("entries")[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_branch_sees_no_row_of_another_one()
    {
        await using var chain = await Chain.OpenAsync();
        var (north, south) = (await chain.JoinAsync("North"), await chain.JoinAsync("South"));
        await SellAsync(south, chain.Product, -2);

        await SettleAsync(south, north);

        Assert.Equal(-2, await OnHandAsync(chain.Master, chain.Product, south.Id));
        Assert.Null(await OnHandAsync(north.Node, chain.Product, south.Id));
    }

    [Fact]
    public async Task A_row_that_moves_to_another_branch_leaves_the_first_and_enters_the_second_whole()
    {
        await using var chain = await Chain.OpenAsync();
        var (north, south) = (await chain.JoinAsync("North"), await chain.JoinAsync("South"));
        var client = NewId.Next();
        await Chain.WriteAsync(north.Node, "till-north", Write.Insert("clients", client, ("name", FieldValue.Of("Amina")), ("branch_id", FieldValue.Of(north.Id.ToString()))));
        await SettleAsync(north, south);

        await Chain.WriteAsync(chain.Master, "office", Write.Update("clients", client, ("branch_id", FieldValue.Of(south.Id.ToString()))));
        await SettleAsync(north, south);

        Assert.Null(await Chain.RowAsync(north.Node, "clients", client));
        Assert.Equal("Amina", (await Chain.FieldAsync(south.Node, "clients", client, "name")).AsText);
    }

    [Fact]
    public async Task A_count_in_the_branch_and_a_sale_at_head_office_give_one_stock_in_either_order()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        await Chain.WriteAsync(chain.Master, "office", Movement(chain.Product, north.Id, "sale", -1));
        await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        await Chain.WriteAsync(north.Node, "till-north", Movement(chain.Product, north.Id, "count", 50));
        await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        await Chain.WriteAsync(chain.Master, "office", Movement(chain.Product, north.Id, "sale", -4));

        await north.SyncAsync();

        Assert.Equal(46, await OnHandAsync(chain.Master, chain.Product, north.Id));
        Assert.Equal(46, await OnHandAsync(north.Node, chain.Product, north.Id));
    }

    internal static RowWrite Movement(Guid product, Guid branch, string kind, long quantity) =>
        Write.Insert(
            "inventory_adjustments", NewId.Next(), ("product_id", FieldValue.Of(product.ToString())), ("branch_id", FieldValue.Of(branch.ToString())),
            ("kind", FieldValue.Of(kind)), ("quantity", FieldValue.Of(quantity)));

    private static Task<MutationOutcome> SellAsync(ChainBranch branch, Guid product, long quantity) =>
        Chain.WriteAsync(branch.Node, "till-" + branch.Link, Movement(product, branch.Id, "sale", quantity));

    internal static async Task<long?> OnHandAsync(TestNode node, Guid product, Guid branch)
    {
        using var admin = node.SignedIn("admin");
        var rows = await (await admin.GetAsync($"/api/inventories?product_id={product}&branch_id={branch}", TestContext.Current.CancellationToken)).JsonAsync();
        return rows.EnumerateArray().Select(row => (long?)row.GetProperty("quantity").GetInt64()).SingleOrDefault();
    }

    // What one brought up the other brings down, and the first what the second brought.
    private static async Task SettleAsync(ChainBranch first, ChainBranch second)
    {
        await first.SyncAsync();
        await second.SyncAsync();
        await first.SyncAsync();
    }
}
