using System.Net;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Gateway.Cases;

public sealed class ConflictTests
{
    [Fact]
    public async Task A_conflict_is_told_with_both_values_who_wrote_each_where_and_when()
    {
        await using var shop = await ItemShop.OpenAsync();
        await shop.MeetAsync([("note", Text("early"))], [("note", Text("late"))]);
        using var desk = new Desk(shop.Node.SignedIn("manager"));

        var conflict = (await desk.ListAsync("/api/conflicts"))[0];

        Assert.Equal(("items", "note", "last-writer", "settled"), (Word(conflict, "table"), Word(conflict, "field"), Word(conflict, "policy"), Word(conflict, "state")));
        Assert.Equal(shop.Item.ToString(), Word(conflict, "row"));
        JsonElement kept = conflict.GetProperty("kept"), lost = conflict.GetProperty("lost");
        Assert.Equal(("late", "late", shop.LateUser), (Word(kept, "value"), Word(kept, "device"), Word(kept.GetProperty("user"), "id")));
        Assert.Equal(("early", "early", shop.EarlyUser), (Word(lost, "value"), Word(lost, "device"), Word(lost.GetProperty("user"), "id")));
        Assert.Equal(TimeSpan.FromSeconds(1), kept.GetProperty("at").GetDateTimeOffset() - lost.GetProperty("at").GetDateTimeOffset());
        Assert.True(conflict.GetProperty("foundAt").TryGetDateTimeOffset(out _));
    }

    [Fact]
    public async Task An_undo_is_a_change_of_its_own_that_everybody_hears_and_is_done_once()
    {
        await using var shop = await ItemShop.OpenAsync();
        await shop.MeetAsync([("note", Text("early"))], [("note", Text("late"))]);
        using var desk = new Desk(shop.Node.SignedIn("manager"));
        var before = await shop.Early.ChangesAsync("everyone");
        var id = (await desk.ListAsync("/api/conflicts"))[0].GetProperty("id");

        var undone = await desk.PostAsync($"/api/conflicts/{id}/undo");

        var change = Assert.Single((await shop.Early.ChangesAsync("everyone")).Skip(before.Count));
        Assert.Equal("early", change.Fields!["note"].AsText);
        Assert.True(change.At > before[^1].At);
        var manager = shop.Node.User("manager").Id;
        Assert.Equal("rest-" + manager, change.Device.Value);
        Assert.Equal(change.Seq, undone.GetProperty("outcome").GetProperty("seq").GetInt64());
        var settled = undone.GetProperty("conflict").GetProperty("settled");
        Assert.Equal(("undone", manager), (Word(settled, "how"), Word(settled.GetProperty("by"), "id")));
        Assert.True(settled.GetProperty("at").TryGetDateTimeOffset(out _));
        await desk.MustRefuseAsync(HttpMethod.Post, $"/api/conflicts/{id}/undo", HttpStatusCode.Conflict, ErrorCodes.CaseSettled);
        Assert.Equal("undone", Word(await desk.GetAsync($"/api/conflicts/{id}"), "state"));
        Assert.Single(await desk.ListAsync("/api/conflicts?state=undone"));
        Assert.Equal(before.Count + 1, (await shop.Early.ChangesAsync("everyone")).Count);
    }

    [Fact]
    public async Task The_fields_of_a_group_come_back_together()
    {
        await using var shop = await ItemShop.OpenAsync(("price", FieldValue.Of(10)), ("cost", FieldValue.Of(5)));
        await shop.SendAsync(shop.Early, 0, ("price", FieldValue.Of(11)), ("cost", FieldValue.Of(6)));
        await shop.SendAsync(shop.Late, 1000, ("price", FieldValue.Of(12)), ("cost", FieldValue.Of(7)));
        using var desk = new Desk(shop.Node.SignedIn("manager"));
        var unit = (await desk.ListAsync("/api/conflicts"))[..2];
        Assert.All(unit, conflict => Assert.Equal("pricing", Word(conflict, "group")));

        await desk.PostAsync($"/api/conflicts/{unit[0].GetProperty("id")}/undo");

        Assert.Equal((11, 6), ((await shop.FieldAsync("price")).AsInteger, (await shop.FieldAsync("cost")).AsInteger));
        Assert.Equal(2, (await desk.ListAsync("/api/conflicts?state=undone")).Length);
        await desk.MustRefuseAsync(HttpMethod.Post, $"/api/conflicts/{unit[1].GetProperty("id")}/undo", HttpStatusCode.Conflict, ErrorCodes.CaseSettled);
    }

    [Fact]
    public async Task What_was_written_again_since_is_not_undone()
    {
        await using var shop = await ItemShop.OpenAsync();
        await shop.MeetAsync([("note", Text("early"))], [("note", Text("late"))]);
        await shop.SendAsync(shop.Late, 5000, ("note", Text("latest")));
        using var desk = new Desk(shop.Node.SignedIn("manager"));
        var id = (await desk.ListAsync("/api/conflicts"))[0].GetProperty("id");

        await desk.MustRefuseAsync(HttpMethod.Post, $"/api/conflicts/{id}/undo", HttpStatusCode.PreconditionFailed, ErrorCodes.PreconditionFailed);

        Assert.Equal(Text("latest"), await shop.FieldAsync("note"));
    }

    [Theory]
    [InlineData("top", "9", "8")]
    [InlineData("sold_by", "\"Ana\"", "\"Ben\"")]
    public async Task What_its_policy_would_take_back_at_once_is_not_undone(string field, string kept, string lost)
    {
        await using var shop = await ItemShop.OpenAsync();
        await shop.MeetAsync([(field, Value(kept))], [(field, Value(lost))]);
        using var desk = new Desk(shop.Node.SignedIn("manager"));
        var id = (await desk.ListAsync("/api/conflicts"))[0].GetProperty("id");

        await desk.MustRefuseAsync(HttpMethod.Post, $"/api/conflicts/{id}/undo", HttpStatusCode.UnprocessableEntity, ErrorCodes.ReadOnlyField);

        Assert.Equal(Value(kept), await shop.FieldAsync(field));
    }

    [Fact]
    public async Task An_undo_that_the_rules_refuse_leaves_the_conflict_as_it_was()
    {
        await using var shop = await ItemShop.OpenAsync();
        await shop.MeetAsync([("status", Text("approved"))], [("status", Text("cancelled"))]);
        using var desk = new Desk(shop.Node.SignedIn("manager"));
        var id = (await desk.ListAsync("/api/conflicts"))[0].GetProperty("id");

        await desk.MustRefuseAsync(HttpMethod.Post, $"/api/conflicts/{id}/undo", HttpStatusCode.Conflict, ErrorCodes.IllegalMove);

        Assert.Equal(("settled", "workflow"), (Word(await desk.GetAsync($"/api/conflicts/{id}"), "state"), Word(await desk.GetAsync($"/api/conflicts/{id}"), "policy")));
        Assert.Equal("0", Stored.Scalar(shop.Node, "SELECT COUNT(*) FROM _tray"));
    }

    [Theory]
    [InlineData("kept", 100)]
    [InlineData("lost", 200)]
    public async Task What_is_settled_by_hand_is_open_until_somebody_chooses(string value, long stays)
    {
        await using var shop = await ItemShop.OpenAsync();
        await shop.MeetAsync([("ceiling", FieldValue.Of(100))], [("ceiling", FieldValue.Of(200))]);
        using var desk = new Desk(shop.Node.SignedIn("manager"));
        var changes = (await shop.Early.ChangesAsync("everyone")).Count;
        var id = Assert.Single(await desk.ListAsync("/api/conflicts?state=open")).GetProperty("id");
        await desk.MustRefuseAsync(HttpMethod.Post, $"/api/conflicts/{id}/undo", HttpStatusCode.Conflict, ErrorCodes.CaseOpen);
        await desk.MustRefuseAsync(HttpMethod.Post, $"/api/conflicts/{id}/choose", HttpStatusCode.UnprocessableEntity, ErrorCodes.NotInEnum, new { value = "both" });

        var chosen = await desk.PostAsync($"/api/conflicts/{id}/choose", new { value });

        Assert.Equal(("chosen", value), (Word(chosen.GetProperty("conflict"), "state"), Word(chosen.GetProperty("conflict").GetProperty("settled"), "how")));
        Assert.Equal(value == "lost", chosen.TryGetProperty("outcome", out _));
        Assert.Equal(stays, (await shop.FieldAsync("ceiling")).AsInteger);
        Assert.Equal(value == "lost" ? changes + 1 : changes, (await shop.Early.ChangesAsync("everyone")).Count);
        Assert.Empty(await desk.ListAsync("/api/conflicts?state=open"));
        await desk.MustRefuseAsync(HttpMethod.Post, $"/api/conflicts/{id}/choose", HttpStatusCode.Conflict, ErrorCodes.CaseSettled, new { value });
    }

    [Fact]
    public async Task What_was_settled_at_once_is_not_chosen_but_undone()
    {
        await using var shop = await ItemShop.OpenAsync();
        await shop.MeetAsync([("note", Text("early"))], [("note", Text("late"))]);
        using var desk = new Desk(shop.Node.SignedIn("manager"));
        var id = (await desk.ListAsync("/api/conflicts"))[0].GetProperty("id");

        await desk.MustRefuseAsync(HttpMethod.Post, $"/api/conflicts/{id}/choose", HttpStatusCode.Conflict, ErrorCodes.CaseSettled, new { value = "lost" });
    }

    [Fact]
    public async Task A_code_that_two_offline_devices_chose_is_flagged_until_somebody_looked_at_it()
    {
        await using var shop = await Shop.OpenAsync();
        TestDevice one = shop.Device("manager", shop.North), two = shop.Device("manager", shop.North);
        await one.ApplyAsync(Product(NewId.Next()));
        var second = NewId.Next();
        await two.ApplyAsync(Product(second));
        using var desk = Desk.Of(shop, "admin");

        var flag = Assert.Single(await desk.ListAsync("/api/flags"));
        var cleared = await desk.PostAsync($"/api/flags/{flag.GetProperty("id")}/clear", new { why = "Renamed the second one" });

        Assert.Equal((ErrorCodes.UniqueClash, "products", "sku", second.ToString()), (Word(flag, "code"), Word(flag, "table"), Word(flag, "field"), Word(flag, "row")));
        Assert.Equal(shop.Node.User("manager", shop.North.ToString()).Id, Word(flag.GetProperty("user"), "id"));
        Assert.Equal("cleared", Word(cleared, "state"));
        Assert.Equal("Renamed the second one", Word(Assert.Single(cleared.GetProperty("history").EnumerateArray()), "why"));
        await desk.MustRefuseAsync(HttpMethod.Post, $"/api/flags/{flag.GetProperty("id")}/clear", HttpStatusCode.Conflict, ErrorCodes.CaseSettled);
        Assert.Empty(await desk.ListAsync("/api/flags"));
        Assert.Single(await desk.ListAsync("/api/flags?state=cleared&code=unique_clash"));
    }

    private static RowWrite Product(Guid id) => Write.Insert(
        "products", id, ("name", FieldValue.Of("Salt")), ("price", FieldValue.Of(90)), ("sku", FieldValue.Of("SKU-1")));

    private static FieldValue Text(string text) => FieldValue.Of(text);

    private static FieldValue Value(string json) => JsonSerializer.Deserialize(json, ProtocolJson.Default.FieldValue);

    private static string Word(JsonElement element, string member) => element.GetProperty(member).ToString();
}
