using Branchline.Protocol;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Tests.Sync;

public sealed class StockTests
{
    [Fact]
    public async Task Stock_is_the_sum_of_its_movements_and_travels_with_them()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("cashier", shop.North);

        await till.ApplyAsync(shop.Move("in", 10), shop.Move("sale", -3));

        Assert.Equal(7, await Shop.OnHandAsync(till, shop.NorthScope));
        var changes = await till.ChangesAsync(shop.NorthScope);
        Assert.Equal(["inventory_adjustments", "inventory_adjustments", "inventories"], changes.Select(change => change.Table));
        Assert.All(changes, change => Assert.Equal(1, change.N));
    }

    [Fact]
    public async Task Two_tills_that_sell_at_the_same_time_both_count()
    {
        await using var shop = await Shop.OpenAsync();
        TestDevice one = shop.Device("cashier", shop.North), two = shop.Device("cashier", shop.North);
        await one.ApplyAsync(shop.Move("in", 10));

        await Task.WhenAll(one.ApplyAsync(shop.Move("sale", -4)), two.ApplyAsync(shop.Move("sale", -5)));

        Assert.Equal(1, await Shop.OnHandAsync(one, shop.NorthScope));
    }

    [Fact]
    public async Task A_sale_made_before_a_count_but_sent_after_it_does_not_change_what_was_counted()
    {
        await using var shop = await Shop.OpenAsync();
        TestDevice offline = shop.Device("cashier", shop.North), counter = shop.Device("manager", shop.North);
        await counter.ApplyAsync(shop.Move("in", 10));
        var late = offline.Mutation(shop.Move("sale", -2));
        var now = late.At.Milliseconds;

        await counter.SendAsync(counter.Mutation(shop.Move("count", 8)) with { At = counter.Stamp(now + 1000) });
        await offline.SendAsync(late);

        Assert.Equal(8, await Shop.OnHandAsync(counter, shop.NorthScope));
    }

    [Fact]
    public async Task A_count_that_arrives_late_keeps_what_was_sold_since()
    {
        await using var shop = await Shop.OpenAsync();
        TestDevice till = shop.Device("cashier", shop.North), counter = shop.Device("manager", shop.North);
        await till.ApplyAsync(shop.Move("in", 10));
        var count = counter.Mutation(shop.Move("count", 50));
        var now = count.At.Milliseconds;

        await till.SendAsync(till.Mutation(shop.Move("sale", -2)) with { At = till.Stamp(now + 1000) });
        await counter.SendAsync(count with { At = counter.Stamp(now + 500) });

        Assert.Equal(48, await Shop.OnHandAsync(till, shop.NorthScope));
    }

    [Fact]
    public async Task Selling_what_is_not_there_is_accepted_and_flagged()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("cashier", shop.North);

        await till.ApplyAsync(shop.Move("sale", -3));

        Assert.Equal(-3, await Shop.OnHandAsync(till, shop.NorthScope));
        using var database = Database.Open(Path.Combine(shop.Node.Directory, "branchline.db"), readOnly: true);
        Assert.Equal("below_minimum", database.Scalar("SELECT code FROM _flags"));
    }

    [Fact]
    public async Task A_ledger_entry_is_never_changed()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("manager", shop.North);
        var entry = shop.Move("in", 10);
        await till.ApplyAsync(entry);

        var rejected = await till.RejectAsync(Write.Update("inventory_adjustments", entry.Id, ("quantity", FieldValue.Of(99))));

        Assert.Equal(ErrorCodes.LedgerImmutable, rejected.Code);
        Assert.Equal(10, await Shop.OnHandAsync(till, shop.NorthScope));
    }

    [Fact]
    public async Task Nobody_writes_a_sum_by_hand()
    {
        await using var shop = await Shop.OpenAsync();
        var manager = shop.Device("manager", shop.North);

        var rejected = await manager.RejectAsync(Write.Insert(
            "inventories", NewId.Next(), ("product_id", FieldValue.Of(shop.Product.ToString())),
            ("branch_id", FieldValue.Of(shop.North.ToString())), ("quantity", FieldValue.Of(99))));

        Assert.Equal(ErrorCodes.ReadOnlyField, rejected.Code);
    }

    [Fact]
    public async Task Of_two_counts_in_one_mutation_the_last_one_stands()
    {
        await using var shop = await Shop.OpenAsync();
        TestDevice till = shop.Device("cashier", shop.North), counter = shop.Device("manager", shop.North);
        await till.ApplyAsync(shop.Move("in", 10));

        await counter.ApplyAsync(shop.Move("count", 4), shop.Move("in", 100), shop.Move("count", 7));

        Assert.Equal(7, await Shop.OnHandAsync(till, shop.NorthScope));
    }

    [Fact]
    public async Task A_shelf_and_its_first_goods_in_one_mutation_are_one_row()
    {
        await using var shop = await Shop.OpenAsync();
        var manager = shop.Device("manager", shop.North);

        await manager.ApplyAsync(Shelf(shop), shop.Move("in", 5));

        Assert.Equal(5, await Shop.OnHandAsync(manager, shop.NorthScope));
    }

    [Fact]
    public async Task A_product_has_one_shelf_in_a_branch_whoever_makes_it()
    {
        await using var shop = await Shop.OpenAsync();
        TestDevice till = shop.Device("cashier", shop.North), manager = shop.Device("manager", shop.North);
        await till.ApplyAsync(shop.Move("in", 5));

        Assert.Equal(ErrorCodes.UniqueClash, (await manager.RejectAsync(Shelf(shop))).Code);
        Assert.Equal(5, await Shop.OnHandAsync(till, shop.NorthScope));
    }

    [Fact]
    public async Task A_shelf_does_not_become_another_products_with_what_lies_on_it()
    {
        await using var shop = await Shop.OpenAsync();
        var manager = shop.Device("manager", shop.North);
        var (shelf, other) = (Shelf(shop), NewId.Next());
        await manager.ApplyAsync(shelf, shop.Move("in", 5));
        await manager.ApplyAsync(Write.Insert("products", other, ("name", FieldValue.Of("Beans")), ("price", FieldValue.Of(100))));

        var rejected = await manager.RejectAsync(Write.Update("inventories", shelf.Id, ("product_id", FieldValue.Of(other.ToString()))));

        Assert.Equal((ErrorCodes.ReadOnlyField, "product_id"), (rejected.Code, rejected.Field));
    }

    [Fact]
    public async Task Money_for_another_branchs_order_is_refused_and_does_not_change_it()
    {
        await using var shop = await Shop.OpenAsync();
        TestDevice south = shop.Device("cashier", shop.South), north = shop.Device("cashier", shop.North);
        var order = NewId.Next();
        await south.ApplyAsync(Write.Insert("orders", order, ("branch_id", FieldValue.Of(shop.South.ToString()))));

        var rejected = await north.RejectAsync(Payment(shop, order));

        Assert.Equal((ErrorCodes.BrokenReference, "order_id"), (rejected.Code, rejected.Field));
        Assert.Equal(0, (await south.RowAsync(shop.SouthScope, "orders", order))!["paid"].AsInteger);
    }

    [Fact]
    public async Task Money_for_an_order_that_was_deleted_is_kept_and_does_not_bring_the_order_back()
    {
        await using var shop = await Shop.OpenAsync();
        TestDevice till = shop.Device("cashier", shop.North), manager = shop.Device("manager", shop.North);
        var order = NewId.Next();
        await till.ApplyAsync(Write.Insert("orders", order, ("branch_id", FieldValue.Of(shop.North.ToString()))));
        await manager.ApplyAsync(Write.Delete("orders", order));

        await till.ApplyAsync(Payment(shop, order));

        Assert.Equal(
            [ChangeKind.Set, ChangeKind.Delete],
            (await till.ChangesAsync(shop.NorthScope)).Where(change => change.Id == order).Select(change => change.Kind));
    }

    private static RowWrite Shelf(Shop shop) =>
        Write.Insert(
            "inventories", NewId.Next(), ("product_id", FieldValue.Of(shop.Product.ToString())), ("branch_id", FieldValue.Of(shop.North.ToString())));

    private static RowWrite Payment(Shop shop, Guid order) =>
        Write.Insert(
            "transactions", NewId.Next(), ("branch_id", FieldValue.Of(shop.North.ToString())), ("kind", FieldValue.Of("payment")),
            ("amount", FieldValue.Of(500)), ("order_id", FieldValue.Of(order.ToString())));
}
