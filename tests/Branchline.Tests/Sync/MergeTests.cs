using Branchline.Protocol;
using Branchline.Server.Mutations;
using Branchline.Server.Store.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Sync;

public sealed class MergeTests
{
    [Fact]
    public async Task When_two_moves_meet_the_further_one_wins()
    {
        await using var shop = await Shop.OpenAsync();
        TestDevice one = shop.Device("manager", shop.North), two = shop.Device("manager", shop.North);
        var order = NewId.Next();
        await one.ApplyAsync(Order(order, shop.North));
        two.Base = (await two.PullAsync([])).Epoch is var epoch ? new Cursor(epoch, 1) : null;

        await one.ApplyAsync(Move(order, "awaiting_payment"));
        await one.ApplyAsync(Move(order, "paid"));
        await two.PushAsync(Move(order, "awaiting_payment"));

        Assert.Equal("paid", (await one.RowAsync(shop.NorthScope, "orders", order))!["status"].AsText);
    }

    [Fact]
    public async Task A_move_that_the_workflow_does_not_have_is_rejected()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("manager", shop.North);
        var order = NewId.Next();
        await till.ApplyAsync(Order(order, shop.North));

        Assert.Equal(ErrorCodes.IllegalMove, (await till.RejectAsync(Move(order, "released"))).Code);
    }

    [Fact]
    public async Task A_write_of_what_a_row_holds_already_changes_nothing_that_does_not_travel()
    {
        await using var shop = await Shop.OpenAsync();
        var manager = shop.Device("manager", shop.North);
        var order = NewId.Next();
        await manager.ApplyAsync(Order(order, shop.North));
        var before = await manager.RowAsync(shop.NorthScope, "orders", order);

        await manager.SendAsync(manager.Mutation(Move(order, "draft")) with { At = manager.Stamp(manager.Stamp().Milliseconds + 1000) });

        Assert.Single(await manager.ChangesAsync(shop.NorthScope));
        Assert.Equal(before!["updated_at"], (await manager.RowAsync(shop.NorthScope, "orders", order))!["updated_at"]);
    }

    [Fact]
    public async Task A_row_made_and_deleted_in_one_mutation_is_gone()
    {
        await using var shop = await Shop.OpenAsync();
        var manager = shop.Device("manager", shop.North);
        var client = NewId.Next();

        await manager.ApplyAsync(
            Write.Insert("clients", client, ("name", FieldValue.Of("Nobody")), ("branch_id", FieldValue.Of(shop.North.ToString()))),
            Write.Delete("clients", client));

        Assert.Null(await manager.RowAsync(shop.NorthScope, "clients", client));
        Assert.Equal(ChangeKind.Delete, Assert.Single(await manager.ChangesAsync(shop.NorthScope)).Kind);
    }

    [Fact]
    public async Task Two_writes_that_did_not_know_of_each_other_are_recorded_with_both_values()
    {
        await using var shop = await Shop.OpenAsync();
        TestDevice one = shop.Device("manager", shop.North), two = shop.Device("manager", shop.North);

        await one.ApplyAsync(Write.Update("products", shop.Product, ("price", FieldValue.Of(1300))));
        await two.SendAsync(two.Mutation(Write.Update("products", shop.Product, ("price", FieldValue.Of(1400)))) with { At = two.Stamp(one.Stamp().Milliseconds + 1000) });

        using var database = Database.Open(Path.Combine(shop.Node.Directory, "branchline.db"), readOnly: true);
        Assert.Equal("1400", database.Scalar("SELECT kept FROM _conflicts WHERE field = 'price' ORDER BY id DESC"));
        Assert.Equal("1300", database.Scalar("SELECT lost FROM _conflicts WHERE field = 'price' ORDER BY id DESC"));
    }

    [Fact]
    public async Task A_later_edit_does_not_bring_a_deleted_row_back()
    {
        await using var shop = await Shop.OpenAsync();
        TestDevice one = shop.Device("manager", shop.North), two = shop.Device("manager", shop.North);
        await one.ApplyAsync(Write.Delete("products", shop.Product));

        var rejected = await two.RejectAsync(Write.Update("products", shop.Product, ("price", FieldValue.Of(1))));

        Assert.Equal(ErrorCodes.RowDeleted, rejected.Code);
        Assert.Null(await one.RowAsync("everyone", "products", shop.Product));
    }

    [Fact]
    public async Task A_clock_far_ahead_cannot_win_an_argument()
    {
        await using var shop = await Shop.OpenAsync();
        TestDevice wrong = shop.Device("manager", shop.North), right = shop.Device("manager", shop.North);
        var tomorrow = wrong.Stamp().Milliseconds + 86_400_000;

        await wrong.SendAsync(wrong.Mutation(Write.Update("products", shop.Product, ("price", FieldValue.Of(1)))) with { At = wrong.Stamp(tomorrow) });
        await right.SendAsync(right.Mutation(Write.Update("products", shop.Product, ("price", FieldValue.Of(1500)))) with { At = right.Stamp(right.Stamp().Milliseconds + 2000) });

        Assert.Equal(1500, (await right.RowAsync("everyone", "products", shop.Product))!["price"].AsInteger);
    }

    [Fact]
    public async Task A_node_that_restarts_does_not_fall_behind_a_device_whose_clock_is_ahead()
    {
        using var directory = new TempDirectory();
        var product = NewId.Next();
        await using (var node = await TestNode.StartAsync(new TestSettings { Directory = directory.Path }))
        {
            var ahead = new TestDevice(node.SignedIn("manager"), "till-1");
            var insert = ahead.Mutation(Write.Insert("products", product, ("name", FieldValue.Of("Salt")), ("price", FieldValue.Of(1))));
            await ahead.SendAsync(insert with { At = ahead.Stamp(insert.At.Milliseconds + 240_000) });
        }

        await using var again = await TestNode.StartAsync(new TestSettings { Directory = directory.Path });
        var clock = again.Services.GetRequiredService<NodeClock>();
        var inserted = (await new TestDevice(again.SignedIn("manager"), "till-2").ChangesAsync("everyone"))[0].At;
        Assert.True(clock.Next(inserted.Device) > inserted);
    }

    [Fact]
    public async Task A_sale_sent_later_keeps_the_time_it_was_made()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("cashier", shop.North);
        var sale = NewId.Next();
        var made = DateTimeOffset.FromUnixTimeMilliseconds(till.Stamp().Milliseconds).AddHours(-3);

        await till.SendAsync(till.Mutation(Write.Insert(
            "sales", sale, ("branch_id", FieldValue.Of(shop.North.ToString())), ("receipt_number", FieldValue.Of("B01-T1-000002")),
            ("subtotal", FieldValue.Of(0)), ("total", FieldValue.Of(0)))) with
        { At = till.Stamp(made.ToUnixTimeMilliseconds()) });

        Assert.Equal(TimestampConverter.Format(made), (await till.RowAsync(shop.NorthScope, "sales", sale))!["sold_at"].AsText);
    }

    [Fact]
    public async Task A_sale_with_a_wrong_total_happened_and_is_accepted_and_flagged()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("cashier", shop.North);
        var sale = NewId.Next();

        await till.ApplyAsync(Write.Insert(
            "sales", sale, ("branch_id", FieldValue.Of(shop.North.ToString())), ("receipt_number", FieldValue.Of("B01-T1-000001")),
            ("subtotal", FieldValue.Of(100)), ("total", FieldValue.Of(100)), ("client_id", FieldValue.Of(NewId.Next().ToString()))));

        using var database = Database.Open(Path.Combine(shop.Node.Directory, "branchline.db"), readOnly: true);
        Assert.Equal(ErrorCodes.BrokenReference, database.Scalar($"SELECT code FROM _flags WHERE row = '{sale}'"));
    }

    [Fact]
    public async Task Two_offline_devices_that_chose_one_code_are_both_kept_and_flagged_but_an_informed_one_is_refused()
    {
        await using var shop = await Shop.OpenAsync();
        TestDevice one = shop.Device("manager", shop.North), two = shop.Device("manager", shop.North), informed = shop.Device("manager", shop.North);
        await one.ApplyAsync(Product("SKU-1"));

        await two.ApplyAsync(Product("SKU-1"));
        informed.Base = new Cursor((await informed.PullAsync([])).Epoch, 1_000);
        var rejected = await informed.RejectAsync(Product("SKU-1"));

        Assert.Equal(ErrorCodes.UniqueClash, rejected.Code);
        using var database = Database.Open(Path.Combine(shop.Node.Directory, "branchline.db"), readOnly: true);
        Assert.Equal("1", database.Scalar("SELECT COUNT(*) FROM _flags WHERE code = 'unique_clash'"));
    }

    private static RowWrite Product(string sku) => Write.Insert(
        "products", NewId.Next(), ("name", FieldValue.Of("Salt")), ("price", FieldValue.Of(90)), ("sku", FieldValue.Of(sku)));

    private static RowWrite Order(Guid id, Guid branch) => Write.Insert(
        "orders", id, ("branch_id", FieldValue.Of(branch.ToString())), ("client_name", FieldValue.Of("Ana")), ("number", FieldValue.Of(id.ToString()[..8])));

    private static RowWrite Move(Guid order, string state) => Write.Update("orders", order, ("status", FieldValue.Of(state)));
}
