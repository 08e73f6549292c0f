using System.Text.Json;
using System.Text.Json.Nodes;
using Branchline.Protocol;

namespace Branchline.Tests.Sync;

public sealed class LiveTests
{
    [Fact]
    public async Task One_tills_sale_reaches_the_other_till_and_then_its_own_answer()
    {
        await using var shop = await Shop.OpenAsync();
        var cursor = Cursor(await shop.Device("cashier", shop.North).PullAsync([]), 0);
        await using var seller = await HelloAsync(shop, "till-a", cursor);
        await using var watcher = await HelloAsync(shop, "till-b", cursor);

        var mutation = new Mutation(
            new DeviceId("till-a"), 1, NewId.Next(), new Stamp(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 0, new DeviceId("till-a")), null, [shop.Move("in", 4)]);
        await seller.SendAsync("{\"type\":\"push\"," + JsonSerializer.Serialize(new LivePush(7, null, [mutation]), ProtocolJson.Default.LivePush)[1..]);

        var seen = (await watcher.ReceiveAsync())!;
        var own = (await seller.ReceiveAsync())!;
        var answer = (await seller.ReceiveAsync())!;
        Assert.Equal("page", (string?)seen["type"]);
        Assert.Equal(shop.NorthScope, (string?)seen["scope"]);
        Assert.Equal(2, seen["changes"]!.AsArray().Count);
        Assert.Equal("page", (string?)own["type"]);
        Assert.Equal("pushed", (string?)answer["type"]);
        Assert.Equal(7, (long?)answer["id"]);
        Assert.Equal("applied", (string?)answer["outcomes"]![0]!["kind"]);
    }

    [Fact]
    public async Task A_till_that_was_away_gets_what_it_missed_before_anything_new()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("cashier", shop.North);
        var start = Cursor(await till.PullAsync([]), 0);
        for (var sale = 0; sale < 30; sale++)
        {
            await till.ApplyAsync(shop.Move("in", 1));
        }

        await using var back = await LiveDevice.ConnectAsync(shop.Node, shop.Node.Token("cashier", shop.North.ToString()));
        await back.SendAsync($$"""{"type":"hello","device":"till-b","cursors":{"{{shop.NorthScope}}":"{{start}}"} }""");
        await back.ReceiveAsync();
        var missed = (await back.ReceiveAsync())!;

        Assert.Equal(60, missed["changes"]!.AsArray().Count);
        Assert.Equal(start.ToString(), (string?)missed["from"]);
    }

    [Fact]
    public async Task A_cursor_of_another_life_of_the_log_is_told_to_start_again()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("cashier", shop.North);
        var epoch = (await till.PullAsync([])).Epoch;

        var reply = await till.PullAsync(new Dictionary<string, Cursor?>
        {
            ["everyone"] = new Cursor("other", 1),
            [shop.NorthScope] = new Cursor(epoch, 1_000_000),
        });

        Assert.Equal("epoch_changed", reply.Pages[0].Reset);
        Assert.Equal("ahead", reply.Pages[1].Reset);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"other.7\"")]
    public async Task A_scope_that_is_read_anew_is_followed_once(string cursor)
    {
        await using var shop = await Shop.OpenAsync();
        await using var live = await LiveDevice.ConnectAsync(shop.Node, shop.Node.Token("cashier", shop.North.ToString()));
        await live.SendAsync($$"""{"type":"hello","device":"till-a","cursors":{"{{shop.NorthScope}}":{{cursor}} } }""");
        Assert.Equal("welcome", (string?)(await live.ReceiveAsync())!["type"]);
        Assert.NotNull((await live.ReceiveAsync())!["reset"]);
        await live.SendAsync("""{"type":"ping"}""");
        Assert.Equal("pong", (string?)(await live.ReceiveAsync())!["type"]);

        await shop.AsNodeAsync(shop.Move("in", 1));

        Assert.Equal("page", (string?)(await live.ReceiveAsync())!["type"]);
        await live.SendAsync("""{"type":"ping"}""");
        Assert.Equal("pong", (string?)(await live.ReceiveAsync())!["type"]);
    }

    [Fact]
    public async Task A_frame_that_is_no_message_is_answered_and_the_socket_closed()
    {
        await using var shop = await Shop.OpenAsync();
        await using var device = await LiveDevice.ConnectAsync(shop.Node, shop.Node.Token("cashier"));

        await device.SendAsync("nonsense");

        Assert.Equal(ErrorCodes.MalformedJson, (string?)(await device.ReceiveAsync())!["code"]);
        Assert.Null(await device.ReceiveAsync());
        Assert.Equal(4403, device.CloseCode);
    }

    [Fact]
    public async Task A_push_of_the_wrong_shape_is_refused_under_its_own_number_and_the_socket_stays()
    {
        await using var shop = await Shop.OpenAsync();
        await using var device = await HelloAsync(shop, "till-a", Cursor(await shop.Device("cashier", shop.North).PullAsync([]), 0));

        await device.SendAsync("""{"type":"push","incarnation":null,"mutations":"nonsense","id":7}""");
        var refused = (await device.ReceiveAsync())!;
        await device.SendAsync("""{"type":"ping"}""");

        Assert.Equal("refused", (string?)refused["type"]);
        Assert.Equal(7, (long?)refused["id"]);
        Assert.Equal("pong", (string?)(await device.ReceiveAsync())!["type"]);
    }

    [Fact]
    public async Task A_snapshot_can_be_taken_in_small_pieces_and_followed_by_the_feed()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("manager", shop.North);
        for (var product = 0; product < 25; product++)
        {
            await till.ApplyAsync(Write.Insert("products", NewId.Next(), ("name", FieldValue.Of($"Product {product}")), ("price", FieldValue.Of(product))));
        }

        var ids = new HashSet<string>();
        Cursor? cursor = null;
        for (string? after = null; ;)
        {
            var chunk = await till.SnapshotAsync("everyone", after, 4);
            Assert.True(cursor is null || cursor == chunk.Cursor);
            cursor = chunk.Cursor;
            ids.UnionWith(chunk.Parts.Where(part => part.Table == "products").SelectMany(part => part.Rows).Select(row => row[0].AsText!));
            if ((after = chunk.Next) is null)
            {
                break;
            }

            await till.ApplyAsync(Write.Insert("products", NewId.Next(), ("name", FieldValue.Of("Meanwhile")), ("price", FieldValue.Of(1))));
        }

        var since = await till.PullAsync(new Dictionary<string, Cursor?> { ["everyone"] = cursor });
        ids.UnionWith(since.Pages[0].Changes!.Select(change => change.Id.ToString()));
        var whole = await till.SnapshotAsync("everyone");
        Assert.Equal(whole.Parts.Single(part => part.Table == "products").Rows.Count, ids.Count);
    }

    private static Cursor Cursor(PullReply reply, long seq) => new(reply.Epoch, seq);

    /// <summary>Connected and greeted, with what was missed read away.</summary>
    private static async Task<LiveDevice> HelloAsync(Shop shop, string device, Cursor cursor)
    {
        var live = await LiveDevice.ConnectAsync(shop.Node, shop.Node.Token("cashier", shop.North.ToString()));
        await live.SendAsync($$"""{"type":"hello","device":"{{device}}","cursors":{"{{shop.NorthScope}}":"{{cursor}}"} }""");
        Assert.Equal("welcome", (string?)(await live.ReceiveAsync())!["type"]);
        Assert.Equal("page", (string?)(await live.ReceiveAsync())!["type"]);
        return live;
    }
}
