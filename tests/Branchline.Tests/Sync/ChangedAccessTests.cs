using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Branchline.Protocol;

namespace Branchline.Tests.Sync;

public sealed class ChangedAccessTests
{
    private const string Requests = "finance_cash_requests";

    [Fact]
    public async Task Who_gets_another_role_starts_anew_and_has_the_rows_of_that_role()
    {
        await using var shop = await Shop.OpenAsync();
        var device = shop.Device("cashier", shop.North);
        await AskForMoneyAsync(shop);
        var asCashier = await device.SnapshotAsync(shop.NorthScope);

        await ChangeAsync(shop, new { role = "manager" });

        var reset = await PullAsync(device, shop.NorthScope, asCashier.Cursor);
        var asManager = await device.SnapshotAsync(shop.NorthScope);
        var followed = await PullAsync(device, shop.NorthScope, asManager.Cursor);

        await ChangeAsync(shop, new { role = "cashier" });

        var back = await PullAsync(device, shop.NorthScope, followed.To!.Value);
        var again = await device.SnapshotAsync(shop.NorthScope);
        Assert.Equal("access_changed", reset.Reset);
        Assert.DoesNotContain(asCashier.Parts, part => part.Table == Requests);
        Assert.Contains(asManager.Parts, part => part.Table == Requests);
        Assert.Empty(followed.Changes!);
        Assert.Equal("access_changed", back.Reset);
        Assert.DoesNotContain(again.Parts, part => part.Table == Requests);
        Assert.Equal(asCashier.Cursor, again.Cursor);
    }

    [Fact]
    public async Task A_live_device_is_told_at_once_and_follows_what_its_person_may_see_from_then_on()
    {
        await using var shop = await Shop.OpenAsync();
        var device = shop.Device("cashier", shop.North);
        await AskForMoneyAsync(shop);
        var token = shop.Node.Token("cashier", shop.North.ToString());
        var cursor = (await device.SnapshotAsync(shop.NorthScope)).Cursor;
        await using var before = await HelloAsync(shop, token, cursor);
        Assert.Empty((await GreetedAsync(before))["changes"]!.AsArray());

        await ChangeAsync(shop, new { role = "manager" });

        Assert.Null(await before.ReceiveAsync());
        Assert.Equal(1012, before.CloseCode);
        await using var after = await HelloAsync(shop, token, cursor);
        var reset = await GreetedAsync(after);
        var read = await device.SnapshotAsync(shop.NorthScope);
        await AskForMoneyAsync(shop);
        var page = (await after.ReceiveAsync())!;
        Assert.Equal("access_changed", (string?)reset["reset"]);
        Assert.Equal(Requests, (string?)Assert.Single(page["changes"]!.AsArray())!["table"]);
        Assert.Equal(read.Cursor.ToString(), (string?)page["from"]);
        Assert.Equal((await PullAsync(device, shop.NorthScope, read.Cursor)).To.ToString(), (string?)page["to"]);
    }

    [Fact]
    public async Task A_branch_gained_or_lost_touches_no_other_scope()
    {
        await using var shop = await Shop.OpenAsync();
        var device = shop.Device("cashier", shop.North);
        var token = shop.Node.Token("cashier", shop.North.ToString());
        var (north, everyone) = ((await device.SnapshotAsync(shop.NorthScope)).Cursor, (await device.SnapshotAsync("everyone")).Cursor);

        await ChangeAsync(shop, new { branches = new[] { shop.South } });

        var reply = await device.PullAsync(new Dictionary<string, Cursor?> { [shop.NorthScope] = north, ["everyone"] = everyone });
        await using var live = await HelloAsync(shop, token, north);
        var revoked = await GreetedAsync(live);
        await shop.AsNodeAsync(shop.Move("in", 3, shop.South));
        Assert.Contains(shop.SouthScope, reply.Scopes);
        Assert.DoesNotContain(shop.NorthScope, reply.Scopes);
        Assert.True(reply.Pages[0].Revoked);
        Assert.Null(reply.Pages[1].Reset);
        Assert.True((bool?)revoked["revoked"]);
        Assert.Equal(shop.SouthScope, (string?)(await live.ReceiveAsync())!["scope"]);
    }

    [Fact]
    public async Task Who_reads_less_than_everything_is_known_to_have_read_it()
    {
        await using var shop = await Shop.OpenAsync();
        TestDevice one = shop.Device("cashier", shop.North), informed = shop.Device("cashier", shop.North);
        await one.ApplyAsync(Order(shop));

        informed.Base = (await informed.SnapshotAsync(shop.NorthScope)).Cursor;

        Assert.Equal(ErrorCodes.UniqueClash, (await informed.RejectAsync(Order(shop))).Code);
    }

    private static RowWrite Order(Shop shop) => Write.Insert(
        "orders", NewId.Next(), ("branch_id", FieldValue.Of(shop.North.ToString())), ("number", FieldValue.Of("O-1")));

    private static Task AskForMoneyAsync(Shop shop) => shop.AsNodeAsync(Write.Insert(
        Requests, NewId.Next(), ("branch_id", FieldValue.Of(shop.North.ToString())), ("amount", FieldValue.Of(5000)), ("purpose", FieldValue.Of("Float"))));

    private static async Task ChangeAsync(Shop shop, object change)
    {
        using var admin = shop.Node.SignedIn("admin");
        using var answer = await admin.PutAsJsonAsync($"/api/users/{shop.Node.User("cashier", shop.North.ToString()).Id}", change);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task<FeedPage> PullAsync(TestDevice device, string scope, Cursor cursor) =>
        Assert.Single((await device.PullAsync(new Dictionary<string, Cursor?> { [scope] = cursor })).Pages);

    /// <summary>What came in answer to hello, once all of it is done: messages are handled one after the other.</summary>
    private static async Task<JsonNode> GreetedAsync(LiveDevice live)
    {
        await live.SendAsync("""{"type":"ping"}""");
        var page = (await live.ReceiveAsync())!;
        Assert.Equal("pong", (string?)(await live.ReceiveAsync())!["type"]);
        return page;
    }

    private static async Task<LiveDevice> HelloAsync(Shop shop, string token, Cursor north)
    {
        var live = await LiveDevice.ConnectAsync(shop.Node, token);
        await live.SendAsync($$"""{"type":"hello","device":"till-a","cursors":{"{{shop.NorthScope}}":"{{north}}"} }""");
        Assert.Equal("welcome", (string?)(await live.ReceiveAsync())!["type"]);
        return live;
    }
}
