using System.Net;
using Branchline.Protocol;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Gateway.Cases;

/// <summary>Who sees which case: nobody a row outside the scopes they hold, not even its id.</summary>
public sealed class SightTests
{
    [Theory]
    [InlineData("GET", "/api/tray")]
    [InlineData("GET", "/api/tray/1")]
    [InlineData("POST", "/api/tray/1/resend")]
    [InlineData("DELETE", "/api/tray/1")]
    [InlineData("GET", "/api/conflicts")]
    [InlineData("GET", "/api/conflicts/1")]
    [InlineData("POST", "/api/conflicts/1/undo")]
    [InlineData("POST", "/api/conflicts/1/choose")]
    [InlineData("GET", "/api/flags")]
    [InlineData("POST", "/api/flags/1/clear")]
    public async Task Cashiers_look_after_none_of_it_and_strangers_do_not_even_ask(string method, string address)
    {
        await using var shop = await Shop.OpenAsync();
        await shop.Device("cashier", shop.North).RejectAsync(Order(NewId.Next(), shop.North));
        using Desk cashier = Desk.Of(shop, "cashier", shop.North), releasing = Desk.Of(shop, "releasing", shop.North), nobody = new(shop.Node.Anonymous());
        var body = method == "POST" ? new { value = "kept" } : null;

        await cashier.MustRefuseAsync(new HttpMethod(method), address, HttpStatusCode.Forbidden, ErrorCodes.AccessDenied, body);
        await releasing.MustRefuseAsync(new HttpMethod(method), address, HttpStatusCode.Forbidden, ErrorCodes.AccessDenied, body);
        await nobody.MustRefuseAsync(new HttpMethod(method), address, HttpStatusCode.Unauthorized, ErrorCodes.NotSignedIn, body);
    }

    [Fact]
    public async Task A_manager_of_another_branch_sees_nothing_of_an_entry_and_does_nothing_to_it()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.Device("cashier", shop.North).RejectAsync(Order(NewId.Next(), shop.North));
        using Desk ours = Desk.Of(shop, "manager", shop.North), theirs = Desk.Of(shop, "manager", shop.South), all = Desk.Of(shop, "admin");

        Assert.Single(await ours.ListAsync("/api/tray"));
        Assert.Single(await all.ListAsync("/api/tray"));
        Assert.Empty(await theirs.ListAsync("/api/tray"));
        await theirs.MustRefuseAsync(HttpMethod.Get, "/api/tray/1", HttpStatusCode.NotFound, ErrorCodes.CaseMissing);
        await theirs.MustRefuseAsync(HttpMethod.Post, "/api/tray/1/resend", HttpStatusCode.NotFound, ErrorCodes.CaseMissing);
        await theirs.MustRefuseAsync(HttpMethod.Delete, "/api/tray/1", HttpStatusCode.NotFound, ErrorCodes.CaseMissing);
        Assert.Equal("waiting", (await ours.GetAsync("/api/tray/1")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task An_entry_about_two_branches_is_for_who_holds_both()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.Device("cashier", shop.North, shop.South).RejectAsync(Order(NewId.Next(), shop.North), Order(NewId.Next(), shop.South));
        using Desk one = Desk.Of(shop, "manager", shop.North), both = Desk.Of(shop, "manager", shop.North, shop.South);

        Assert.Empty(await one.ListAsync("/api/tray"));
        Assert.Single(await both.ListAsync("/api/tray"));
    }

    [Fact]
    public async Task A_row_of_another_branch_hides_the_entry_even_where_the_write_does_not_say_so_or_says_otherwise()
    {
        await using var shop = await Shop.OpenAsync();
        var order = NewId.Next();
        var roaming = shop.Device("cashier", shop.North, shop.South);
        await roaming.ApplyAsync(Good(order, shop.South));
        await roaming.RejectAsync(Write.Update("orders", order, ("colour", FieldValue.Of("red"))));
        await roaming.RejectAsync(Write.Update("orders", order, ("colour", FieldValue.Of("red")), ("branch_id", FieldValue.Of(shop.North.ToString()))));
        await shop.Device("cashier", shop.North).RejectAsync(Good(order, shop.North));
        using Desk north = Desk.Of(shop, "manager", shop.North), south = Desk.Of(shop, "manager", shop.South);

        Assert.Empty(await north.ListAsync("/api/tray"));
        Assert.Equal(1, Assert.Single(await south.ListAsync("/api/tray")).GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task What_names_no_branch_at_all_is_judged_by_where_its_sender_works()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.Device("cashier", shop.North).RejectAsync(Write.Update("orders", NewId.Next(), ("note", FieldValue.Of("?"))));
        await shop.Device("cashier", shop.North, shop.South).RejectAsync(Write.Update("orders", NewId.Next(), ("note", FieldValue.Of("?"))));
        await shop.Device("cashier", shop.South).RejectAsync(Write.Update("products", shop.Product, ("price", FieldValue.Of(1))));
        await shop.Device("cashier", shop.North).RejectAsync(Write.Update("unheard_of", NewId.Next(), ("note", FieldValue.Of("?"))));
        using Desk north = Desk.Of(shop, "manager", shop.North), all = Desk.Of(shop, "admin");

        Assert.Equal(1, Assert.Single(await north.ListAsync("/api/tray")).GetProperty("id").GetInt32());
        Assert.Equal(4, (await all.ListAsync("/api/tray")).Length);
    }

    [Fact]
    public async Task Sending_an_entry_again_gives_nobody_rights_they_do_not_have()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.Device("cashier", shop.North).RejectAsync(Order(NewId.Next(), shop.North));
        using var desk = Desk.Of(shop, "manager", shop.North);

        var answer = await desk.PostAsync("/api/tray/1/resend", Desk.Edit(Good(NewId.Next(), shop.South)));

        Assert.Equal(ErrorCodes.OutOfScope, answer.GetProperty("outcome").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_conflict_of_a_row_that_moved_is_for_who_held_both_its_places()
    {
        await using var shop = await Shop.OpenAsync();
        TestDevice one = shop.Device("manager", shop.North, shop.South), two = shop.Device("cashier", shop.North);
        var order = NewId.Next();
        await one.ApplyAsync(Good(order, shop.North));
        await two.SendAsync(two.Mutation(Write.Update("orders", order, ("client_name", FieldValue.Of("Ben")))) with { At = two.Stamp(two.Stamp().Milliseconds + 1000) });
        using Desk north = Desk.Of(shop, "manager", shop.North), south = Desk.Of(shop, "manager", shop.South), both = Desk.Of(shop, "manager", shop.North, shop.South);
        Assert.Single(await north.ListAsync("/api/conflicts"));
        Assert.Empty(await south.ListAsync("/api/conflicts"));

        await one.PushAsync(Write.Update("orders", order, ("branch_id", FieldValue.Of(shop.South.ToString()))));

        Assert.Empty(await north.ListAsync("/api/conflicts"));
        Assert.Empty(await south.ListAsync("/api/conflicts"));
        Assert.Single(await both.ListAsync("/api/conflicts"));
        await south.MustRefuseAsync(HttpMethod.Post, "/api/conflicts/1/undo", HttpStatusCode.NotFound, ErrorCodes.CaseMissing);
        await north.MustRefuseAsync(HttpMethod.Post, "/api/conflicts/1/undo", HttpStatusCode.NotFound, ErrorCodes.CaseMissing);
    }

    [Fact]
    public async Task A_flag_is_for_who_holds_its_row()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.Device("cashier", shop.North).ApplyAsync(Write.Insert(
            "sales", NewId.Next(), ("branch_id", FieldValue.Of(shop.North.ToString())), ("receipt_number", FieldValue.Of("B01-T1-000001")),
            ("subtotal", FieldValue.Of(100)), ("total", FieldValue.Of(100)), ("client_id", FieldValue.Of(NewId.Next().ToString()))));
        using Desk north = Desk.Of(shop, "manager", shop.North), south = Desk.Of(shop, "manager", shop.South);

        Assert.NotEmpty(await north.ListAsync("/api/flags"));
        Assert.Empty(await south.ListAsync("/api/flags"));
        await south.MustRefuseAsync(HttpMethod.Post, "/api/flags/1/clear", HttpStatusCode.NotFound, ErrorCodes.CaseMissing);
    }

    private static RowWrite Order(Guid id, Guid branch) => Good(id, branch) with
    {
        Fields = new Dictionary<string, FieldValue> { ["branch_id"] = FieldValue.Of(branch.ToString()), ["colour"] = FieldValue.Of("red") },
    };

    private static RowWrite Good(Guid id, Guid branch) => Write.Insert(
        "orders", id, ("branch_id", FieldValue.Of(branch.ToString())), ("client_name", FieldValue.Of("Ana")), ("number", FieldValue.Of(id.ToString()[..18])));
}
