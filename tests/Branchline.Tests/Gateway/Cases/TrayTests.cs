using System.Net;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Gateway.Cases;

public sealed class TrayTests
{
    [Fact]
    public async Task An_entry_is_shown_whole_with_who_sent_it_when_and_why_it_was_rejected()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("cashier", shop.North);
        var order = NewId.Next();
        await till.RejectAsync(Order(order, shop.North, ("colour", FieldValue.Of("red"))));
        using var desk = Desk.Of(shop, "manager", shop.North);

        var listed = Assert.Single(await desk.ListAsync("/api/tray"));
        var entry = await desk.GetAsync($"/api/tray/{listed.GetProperty("id")}");

        Assert.Equal("waiting", Text(entry, "state"));
        Assert.Equal(ErrorCodes.UnknownField, Text(entry, "code"));
        Assert.Equal(("orders", "colour"), (Text(entry, "table"), Text(entry, "field")));
        Assert.Contains("orders has no field colour", Text(entry, "reason"), StringComparison.Ordinal);
        Assert.NotEmpty(Text(entry, "remedy"));
        Assert.Equal((till.Id.Value, 1), (Text(entry, "device"), entry.GetProperty("n").GetInt64()));
        Assert.Equal(shop.Node.User("cashier", shop.North.ToString()).Id, Text(entry.GetProperty("user"), "id"));
        Assert.Equal("A cashier", Text(entry.GetProperty("user"), "name"));
        Assert.True(entry.GetProperty("receivedAt").TryGetDateTimeOffset(out _) && entry.GetProperty("madeAt").TryGetDateTimeOffset(out _));
        Assert.Equal("red", entry.GetProperty("payload").GetProperty("writes")[0].GetProperty("fields").GetProperty("colour").GetString());
        Assert.Empty(entry.GetProperty("history").EnumerateArray());
        Assert.False(listed.TryGetProperty("payload", out _));
    }

    [Fact]
    public async Task A_manager_sends_again_what_the_cashier_might_not_do_and_it_is_applied_once()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("cashier", shop.North);
        var watcher = shop.Device("manager", shop.North);
        await till.RejectAsync(Price(shop.Product, 1100));
        using var desk = Desk.Of(shop, "manager", shop.North);
        var changes = (await watcher.ChangesAsync("everyone")).Count;

        var first = await desk.PostAsync("/api/tray/1/resend");
        var again = await desk.PostAsync("/api/tray/1/resend");

        Assert.Equal("applied", Text(first.GetProperty("outcome"), "kind"));
        Assert.Equal("already_applied", Text(again.GetProperty("outcome"), "kind"));
        Assert.Equal(first.GetProperty("outcome").GetProperty("seq").GetInt64(), again.GetProperty("outcome").GetProperty("seq").GetInt64());
        Assert.Equal(1100, (await watcher.RowAsync("everyone", "products", shop.Product))!["price"].AsInteger);
        Assert.Equal(changes + 1, (await watcher.ChangesAsync("everyone")).Count);

        var manager = shop.Node.User("manager", shop.North.ToString()).Id;
        var entry = again.GetProperty("entry");
        Assert.Equal("resolved", Text(entry, "state"));
        Assert.Equal(("resolved", manager), (Text(entry.GetProperty("settled"), "how"), Text(entry.GetProperty("settled").GetProperty("by"), "id")));
        var step = Assert.Single(entry.GetProperty("history").EnumerateArray());
        Assert.Equal(("resend", manager), (Text(step, "action"), Text(step.GetProperty("by"), "id")));
        Assert.Equal("applied", Text(step.GetProperty("outcome"), "kind"));
        Assert.Empty(await desk.ListAsync("/api/tray"));
        Assert.Single(await desk.ListAsync("/api/tray?state=resolved"));
        Assert.Equal(manager, Stored.Scalar(shop.Node, $"SELECT user_id FROM _mutations WHERE id = '{Text(step, "mutation")}'"));
    }

    [Fact]
    public async Task Two_managers_who_send_an_entry_at_once_apply_it_once()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("cashier", shop.North);
        await till.ApplyAsync(shop.Move("in", 10));
        var entry = Assert.IsType<MutationOutcome.Rejected>(Assert.Single((await till.PushAsync(shop.Move("sale", -2) with { Table = "unheard_of" })).Outcomes));
        using Desk one = Desk.Of(shop, "admin"), two = Desk.Of(shop, "admin", shop.North);
        var edit = Desk.Edit(shop.Move("sale", -2));

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(turn => (turn % 2 == 0 ? one : two).PostAsync("/api/tray/1/resend", edit)));

        Assert.Equal(ErrorCodes.UnknownTable, entry.Code);
        Assert.Single(answers, answer => Text(answer.GetProperty("outcome"), "kind") == "applied");
        Assert.Equal(8, await Shop.OnHandAsync(till, shop.NorthScope));
    }

    [Fact]
    public async Task An_entry_put_right_is_applied_with_what_was_sent_and_other_writes_come_too_late()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("cashier", shop.North);
        var order = NewId.Next();
        await till.RejectAsync(Order(order, shop.North, ("colour", FieldValue.Of("red"))));
        using var desk = Desk.Of(shop, "manager", shop.North);
        var right = Desk.Edit(Order(order, shop.North));

        var applied = await desk.PostAsync("/api/tray/1/resend", right);
        var again = await desk.PostAsync("/api/tray/1/resend", right);

        Assert.Equal("applied", Text(applied.GetProperty("outcome"), "kind"));
        Assert.Equal("already_applied", Text(again.GetProperty("outcome"), "kind"));
        Assert.Equal("Ana", (await till.RowAsync(shop.NorthScope, "orders", order))!["client_name"].AsText);
        await desk.MustRefuseAsync(
            HttpMethod.Post, "/api/tray/1/resend", HttpStatusCode.Conflict, ErrorCodes.CaseSettled, Desk.Edit(Order(NewId.Next(), shop.North)));
        await desk.MustRefuseAsync(HttpMethod.Delete, "/api/tray/1", HttpStatusCode.Conflict, ErrorCodes.CaseSettled);
        Assert.Single(await till.ChangesAsync(shop.NorthScope));
        var sent = Assert.Single((await desk.GetAsync("/api/tray/1")).GetProperty("history").EnumerateArray()).GetProperty("sent");
        Assert.False(sent.GetProperty("writes")[0].GetProperty("fields").TryGetProperty("colour", out _));
    }

    [Fact]
    public async Task An_entry_rejected_again_stays_with_the_newest_reason_and_the_first_one_beside_it()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("cashier", shop.North);
        var order = NewId.Next();
        await till.RejectAsync(Order(order, shop.North, ("colour", FieldValue.Of("red"))));
        using var desk = Desk.Of(shop, "manager", shop.North);
        var before = (await till.ChangesAsync(shop.NorthScope)).Count;

        var asItIs = await desk.PostAsync("/api/tray/1/resend");
        var edited = await desk.PostAsync("/api/tray/1/resend", Desk.Edit(Order(order, shop.North, ("total", FieldValue.Of(-1)))));

        Assert.Equal(ErrorCodes.UnknownField, Text(asItIs.GetProperty("outcome"), "code"));
        Assert.Equal(ErrorCodes.OutOfRange, Text(edited.GetProperty("outcome"), "code"));
        var entry = Assert.Single(await desk.ListAsync("/api/tray"));
        Assert.Equal((ErrorCodes.OutOfRange, "total", 2), (Text(entry, "code"), Text(entry, "field"), entry.GetProperty("attempts").GetInt64()));
        Assert.Equal(ErrorCodes.UnknownField, Text(entry.GetProperty("first"), "code"));
        Assert.Equal("1", Stored.Scalar(shop.Node, "SELECT COUNT(*) FROM _tray"));
        Assert.Equal(before, (await till.ChangesAsync(shop.NorthScope)).Count);
        Assert.Equal("applied", Text((await desk.PostAsync("/api/tray/1/resend", Desk.Edit(Order(order, shop.North)))).GetProperty("outcome"), "kind"));
        Assert.Equal(3, (await desk.GetAsync("/api/tray/1")).GetProperty("history").GetArrayLength());
    }

    [Fact]
    public async Task What_is_sent_again_keeps_the_time_at_which_it_was_made()
    {
        await using var shop = await Shop.OpenAsync();
        TestDevice till = shop.Device("cashier", shop.North), manager = shop.Device("manager", shop.North);
        await till.RejectAsync(Price(shop.Product, 1100));
        await manager.SendAsync(manager.Mutation(Price(shop.Product, 1500)) with { At = manager.Stamp(manager.Stamp().Milliseconds + 5000) });
        var order = NewId.Next();
        var yesterday = till.Stamp().Milliseconds - 86_400_000;
        await till.SendAsync(till.Mutation(Order(order, shop.North, ("colour", FieldValue.Of("red")))) with { At = till.Stamp(yesterday) });
        using var desk = Desk.Of(shop, "manager", shop.North);

        var late = await desk.PostAsync("/api/tray/1/resend");
        await desk.PostAsync("/api/tray/2/resend", Desk.Edit(Order(order, shop.North)));

        Assert.Equal("merged", Text(late.GetProperty("outcome"), "kind"));
        Assert.Equal("resolved", Text(late.GetProperty("entry"), "state"));
        Assert.Equal(1500, (await manager.RowAsync("everyone", "products", shop.Product))!["price"].AsInteger);
        Assert.Equal(
            TimestampConverter.Format(DateTimeOffset.FromUnixTimeMilliseconds(yesterday)),
            (await till.RowAsync(shop.NorthScope, "orders", order))!["created_at"].AsText);
    }

    [Fact]
    public async Task A_discarded_entry_is_kept_with_who_gave_it_up_when_and_why()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.Device("cashier", shop.North).RejectAsync(Price(shop.Product, 1));
        using var desk = Desk.Of(shop, "manager", shop.North);

        var discarded = await desk.DeleteAsync("/api/tray/1?why=Typed%20twice");
        var again = await desk.DeleteAsync("/api/tray/1");

        Assert.Equal("discarded", Text(discarded, "state"));
        Assert.True(discarded.GetProperty("settled").GetProperty("at").TryGetDateTimeOffset(out _));
        var step = Assert.Single(again.GetProperty("history").EnumerateArray());
        Assert.Equal(("discard", "Typed twice"), (Text(step, "action"), Text(step, "why")));
        Assert.Equal(shop.Node.User("manager", shop.North.ToString()).Id, Text(step.GetProperty("by"), "id"));
        Assert.Equal(1, again.GetProperty("payload").GetProperty("writes").GetArrayLength());
        await desk.MustRefuseAsync(HttpMethod.Post, "/api/tray/1/resend", HttpStatusCode.Conflict, ErrorCodes.CaseSettled);
        Assert.Empty(await desk.ListAsync("/api/tray"));
    }

    [Fact]
    public async Task The_list_is_newest_first_filtered_and_read_page_by_page()
    {
        await using var shop = await Shop.OpenAsync();
        TestDevice one = shop.Device("cashier", shop.North), two = shop.Device("cashier", shop.North);
        await one.RejectAsync(Price(shop.Product, 1));
        await two.RejectAsync(Order(NewId.Next(), shop.North, ("colour", FieldValue.Of("red"))));
        await one.RejectAsync(Price(shop.Product, 2));
        using var desk = Desk.Of(shop, "admin");

        var page = await desk.GetAsync("/api/tray?limit=2");
        var rest = await desk.GetAsync($"/api/tray?limit=2&after={page.GetProperty("next")}");

        Assert.Equal([3, 2], page.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("id").GetInt32()));
        Assert.Equal(1, Assert.Single(rest.GetProperty("entries").EnumerateArray()).GetProperty("id").GetInt32());
        Assert.False(rest.TryGetProperty("next", out _));
        Assert.Equal(2, (await desk.ListAsync($"/api/tray?device={one.Id.Value}")).Length);
        Assert.Single(await desk.ListAsync("/api/tray?table=orders"));
        Assert.Equal(2, (await desk.ListAsync("/api/tray?code=access_denied&table=products")).Length);
        Assert.Equal(3, (await desk.ListAsync("/api/tray?state=all")).Length);
    }

    [Theory]
    [InlineData("?state=lost")]
    [InlineData("?limit=0")]
    [InlineData("?limit=201")]
    [InlineData("?after=x")]
    [InlineData("?colour=red")]
    public async Task A_list_that_cannot_be_asked_for_so_is_refused(string query)
    {
        await using var node = await TestNode.StartAsync();
        using var desk = new Desk(node.SignedIn("admin"));

        await desk.MustRefuseAsync(HttpMethod.Get, "/api/tray" + query, HttpStatusCode.BadRequest, ErrorCodes.ParameterInvalid);
    }

    [Theory]
    [InlineData("""{"write":[]}""")]
    [InlineData("""{"writes":[null]}""")]
    [InlineData("""{"writes":[{"table":"","id":"0193f0a1-0000-7000-8000-000000000001","kind":"delete"}]}""")]
    [InlineData("""[]""")]
    [InlineData("""{""")]
    public async Task An_edit_that_is_no_list_of_writes_is_never_taken_for_none(string body)
    {
        await using var shop = await Shop.OpenAsync();
        await shop.Device("cashier", shop.North).RejectAsync(Price(shop.Product, 1));
        using var client = shop.Node.SignedIn("admin");

        using var answer = await client.PostAsync("/api/tray/1/resend", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        using var plain = await client.PostAsync("/api/tray/1/resend", new StringContent("{\"writes\":[]}", System.Text.Encoding.UTF8, "text/plain"));

        await answer.MustRefuseAsync(HttpStatusCode.BadRequest, ErrorCodes.MalformedJson);
        await plain.MustRefuseAsync(HttpStatusCode.UnsupportedMediaType, ErrorCodes.UnsupportedMediaType);
        Assert.Equal("0", Stored.Scalar(shop.Node, "SELECT COUNT(*) FROM _case_steps"));
    }

    [Fact]
    public async Task An_entry_that_is_not_there_is_missing()
    {
        await using var node = await TestNode.StartAsync();
        using var desk = new Desk(node.SignedIn("admin"));

        await desk.MustRefuseAsync(HttpMethod.Get, "/api/tray/7", HttpStatusCode.NotFound, ErrorCodes.CaseMissing);
        await desk.MustRefuseAsync(HttpMethod.Get, "/api/tray/seven", HttpStatusCode.NotFound, ErrorCodes.CaseMissing);
        await desk.MustRefuseAsync(HttpMethod.Post, "/api/tray/7/resend", HttpStatusCode.NotFound, ErrorCodes.CaseMissing);
        await desk.MustRefuseAsync(HttpMethod.Delete, "/api/tray/7", HttpStatusCode.NotFound, ErrorCodes.CaseMissing);
        await desk.MustRefuseAsync(HttpMethod.Put, "/api/tray", HttpStatusCode.MethodNotAllowed, ErrorCodes.MethodNotAllowed);
    }

    private static string Text(JsonElement element, string member) => element.GetProperty(member).ToString();

    private static RowWrite Price(Guid product, long price) => Write.Update("products", product, ("price", FieldValue.Of(price)));

    private static RowWrite Order(Guid id, Guid branch, params (string Name, FieldValue Value)[] more) => Write.Insert(
        "orders", id, [("branch_id", FieldValue.Of(branch.ToString())), ("client_name", FieldValue.Of("Ana")), .. more]);
}
