using Branchline.Protocol;

namespace Branchline.Tests.Sync;

public sealed class ScopeTests
{
    [Fact]
    public async Task A_row_given_to_another_branch_leaves_the_one_and_enters_the_other_whole()
    {
        await using var shop = await Shop.OpenAsync();
        var both = shop.Device("manager", shop.North, shop.South);
        var order = NewId.Next();
        await both.ApplyAsync(Order(order, shop.North, "Ana"));

        await both.ApplyAsync(Write.Update("orders", order, ("branch_id", FieldValue.Of(shop.South.ToString()))));

        var north = await both.ChangesAsync(shop.NorthScope);
        Assert.Equal([ChangeKind.Set, ChangeKind.Leave], north.Select(change => change.Kind));
        Assert.Null(north[1].Fields);
        var entered = Assert.Single(await both.ChangesAsync(shop.SouthScope));
        Assert.Equal(ChangeKind.Enter, entered.Kind);
        Assert.Equal("Ana", entered.Fields!["client_name"].AsText);
        Assert.Null(await both.RowAsync(shop.NorthScope, "orders", order));
        Assert.NotNull(await both.RowAsync(shop.SouthScope, "orders", order));
    }

    [Fact]
    public async Task Nobody_writes_into_a_branch_they_do_not_belong_to()
    {
        await using var shop = await Shop.OpenAsync();

        var rejected = await shop.Device("cashier", shop.South).RejectAsync(Order(NewId.Next(), shop.North, "Ana"));

        Assert.Equal(ErrorCodes.OutOfScope, rejected.Code);
    }

    [Fact]
    public async Task Another_branchs_row_looks_like_no_row_at_all()
    {
        await using var shop = await Shop.OpenAsync();
        var order = NewId.Next();
        await shop.Device("cashier", shop.North).ApplyAsync(Order(order, shop.North, "Ana"));
        var stranger = shop.Device("manager", shop.South);

        var touched = await stranger.RejectAsync(Write.Update("orders", order, ("note", FieldValue.Of("mine"))));
        var missing = await stranger.RejectAsync(Write.Update("orders", NewId.Next(), ("note", FieldValue.Of("mine"))));

        Assert.Equal(missing.Code, touched.Code);
        Assert.Equal(ErrorCodes.RowMissing, touched.Code);
    }

    [Fact]
    public async Task A_scope_that_is_not_held_is_neither_pulled_nor_fetched()
    {
        await using var shop = await Shop.OpenAsync();
        var stranger = shop.Device("cashier", shop.South);

        var pulled = await stranger.PullAsync(new Dictionary<string, Cursor?> { [shop.NorthScope] = null });

        Assert.True(Assert.Single(pulled.Pages).Revoked);
        Assert.DoesNotContain(shop.NorthScope, pulled.Scopes);
        await Assert.ThrowsAsync<HttpRequestException>(() => stranger.SnapshotAsync(shop.NorthScope));
    }

    [Fact]
    public async Task A_table_that_the_role_may_not_read_is_left_out_of_pages_and_snapshots()
    {
        await using var shop = await Shop.OpenAsync();
        var manager = shop.Device("manager", shop.North);
        var cashier = shop.Device("cashier", shop.North);
        await manager.ApplyAsync(Write.Insert(
            "finance_cash_requests", NewId.Next(), ("branch_id", FieldValue.Of(shop.North.ToString())),
            ("amount", FieldValue.Of(5000)), ("purpose", FieldValue.Of("Float"))));

        Assert.Single(await manager.ChangesAsync(shop.NorthScope));
        Assert.Empty(await cashier.ChangesAsync(shop.NorthScope));
        Assert.Contains((await manager.SnapshotAsync(shop.NorthScope)).Parts, part => part.Table == "finance_cash_requests");
        Assert.DoesNotContain((await cashier.SnapshotAsync(shop.NorthScope)).Parts, part => part.Table == "finance_cash_requests");
    }

    private static RowWrite Order(Guid id, Guid branch, string client) => Write.Insert(
        "orders", id, ("branch_id", FieldValue.Of(branch.ToString())), ("client_name", FieldValue.Of(client)), ("number", FieldValue.Of(id.ToString()[..8])));
}
