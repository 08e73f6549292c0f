using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Branchline.Protocol;
using Branchline.Server.Feed;
using Branchline.Server.Gateway.Plain;
using Branchline.Tests.Gateway.Tables;
using Branchline.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Gateway.Plain;

public sealed class RowTests : IAsyncLifetime
{
    private RestShop _shop = null!;

    public async ValueTask InitializeAsync() => _shop = await RestShop.OpenAsync();

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Fact]
    public async Task The_messages_are_the_golden_ones()
    {
        using var golden = JsonDocument.Parse(GoldenFile.Read("plain/rows.json"));
        using var ids = await ConnectAsync(_shop.Cashier, "tables=orders");
        using var rows = await ConnectAsync(_shop.Cashier, "tables=orders&data=1");
        Assert.Equal(Golden("ready"), await MaskedAsync(ids));
        Assert.Equal(Golden("ready"), await MaskedAsync(rows));
        var order = await OrderAsync(_shop.Cashier, _shop.North, 1250, "Ñ-1");
        Assert.Equal(Golden("changed"), await MaskedAsync(ids));
        Assert.Equal(Golden("row"), await MaskedAsync(rows));
        await _shop.Manager.DeleteRowAsync($"/api/orders/{order}");
        Assert.Equal(Golden("gone"), await MaskedAsync(ids));
        using var changed = await ConnectAsync(_shop.Cashier, "tables=orders,sales&cursor=" + ids.Cursor);
        Assert.Equal(Golden("reset"), await MaskedAsync(changed));
        using var wrong = await ConnectAsync(_shop.Cashier, "tables=ghosts");
        Assert.Equal(Golden("error"), await MaskedAsync(wrong));
        Assert.Equal(Golden("heartbeat"), Encoding.UTF8.GetString(RowMessages.Heartbeat("CURSOR").Json.Span));

        string Golden(string name) => golden.RootElement.GetProperty(name).GetRawText();

        async Task<string> MaskedAsync(RowClient client)
        {
            var text = (await client.NextAsync()).GetRawText();
            text = Regex.Replace(text, "\\d{4}-\\d\\d-\\d\\dT[^\"]+Z", "TIME");
            text = Regex.Replace(text, "\"remedy\":\"[^\"]+\"", "\"remedy\":\"REMEDY\"").Replace(_shop.North.ToString(), "BRANCH", StringComparison.Ordinal);
            return Regex.Replace(client.Cursor.Length > 0 ? text.Replace(client.Cursor, "CURSOR", StringComparison.Ordinal) : text, "[0-9a-f]{8}-[0-9a-f-]{27}", "ID");
        }
    }

    [Fact]
    public async Task A_reader_hears_each_write_of_its_branch_and_nothing_of_another_not_even_an_id()
    {
        using var cashier = await ConnectAsync(_shop.Cashier, "tables=orders&data=1");
        Assert.Equal("ready", await cashier.HearAsync());
        var foreign = await OrderAsync(_shop.Admin, _shop.South);
        await _shop.Admin.PutAsync($"/api/orders/{foreign}", new { note = "secret" });
        await _shop.Admin.DeleteRowAsync($"/api/orders/{foreign}");
        var own = await OrderAsync(_shop.Cashier, _shop.North);

        Assert.Equal($"row orders {own}", await cashier.HearAsync());
        using var back = await ConnectAsync(_shop.Admin, "tables=orders&cursor=" + cashier.Cursor);
        Assert.Equal("reset access_changed", await back.HearAsync());
    }

    [Fact]
    public async Task A_row_that_moves_to_another_branch_is_gone_for_one_and_new_for_the_other()
    {
        using var north = await ConnectAsync(_shop.Cashier, "tables=orders");
        using var south = await ConnectAsync(_shop.Node.SignedIn("cashier", _shop.South.ToString()), "tables=orders");
        Assert.Equal(("ready", "ready"), (await north.HearAsync(), await south.HearAsync()));
        var order = await OrderAsync(_shop.Admin, _shop.North);
        Assert.Equal($"row orders {order}", await north.HearAsync());
        (await _shop.Admin.PutAsync($"/api/orders/{order}", new { branch_id = _shop.South })).Must(HttpStatusCode.OK);

        Assert.Equal($"gone orders {order}", await north.HearAsync());
        Assert.Equal($"row orders {order}", await south.HearAsync());
    }

    [Fact]
    public async Task Whoever_comes_back_gets_each_row_it_missed_once_and_as_it_stands()
    {
        using var before = await ConnectAsync(_shop.Cashier, "tables=orders&data=1");
        Assert.Equal("ready", await before.HearAsync());
        await before.Socket.CloseAsync();
        var kept = await OrderAsync(_shop.Cashier, _shop.North);
        var dropped = await OrderAsync(_shop.Cashier, _shop.North);
        await _shop.Cashier.PutAsync($"/api/orders/{kept}", new { note = "first" });
        await _shop.Manager.DeleteRowAsync($"/api/orders/{dropped}");
        await _shop.Cashier.PutAsync($"/api/orders/{kept}", new { note = "last" });
        using var after = await ConnectAsync(_shop.Cashier, "tables=orders&data=1&cursor=" + before.Cursor);

        Assert.Equal($"gone orders {dropped}", await after.HearAsync());
        var row = await after.NextAsync();
        Assert.Equal((kept, "last"), (row.GetProperty("id").GetGuid(), row.GetProperty("row").GetProperty("note").GetString()));
        Assert.Equal("ready", await after.HearAsync());
        using var again = await ConnectAsync(_shop.Cashier, "tables=orders&data=1&cursor=" + after.Cursor);
        Assert.Equal("ready", await again.HearAsync());
    }

    [Fact]
    public async Task Nothing_falls_between_what_was_missed_and_what_is_new()
    {
        using var first = await ConnectAsync(_shop.Cashier, "tables=orders");
        await first.HearAsync();
        var writing = Task.Run(async () =>
        {
            var made = new List<Guid>();
            for (var count = 0; count < 60; count++)
            {
                made.Add(await OrderAsync(_shop.Cashier, _shop.North));
            }

            return made;
        });
        var (heard, cursor) = (new HashSet<string>(), first.Cursor);
        while (!writing.IsCompleted || heard.Count < 60)
        {
            using var client = await ConnectAsync(_shop.Cashier, "tables=orders&cursor=" + cursor);
            for (var count = 0; count < 4 && heard.Count < 60; count++)
            {
                heard.Add(await client.HearAsync());
                heard.Remove("ready");
            }

            cursor = client.Cursor;
        }

        Assert.Equal((await writing).Select(id => $"row orders {id}").Order(), heard.Order());
    }

    [Fact]
    public async Task Only_rows_that_were_asked_for_come_and_one_that_stops_being_one_is_gone()
    {
        using var client = await ConnectAsync(_shop.Cashier, "tables=orders&where=status:draft,status:paid,orders.total[gte]:500");
        Assert.Equal("ready", await client.HearAsync());
        await OrderAsync(_shop.Cashier, _shop.North, 499);
        var order = await OrderAsync(_shop.Cashier, _shop.North, 500);
        Assert.Equal($"row orders {order}", await client.HearAsync());
        (await _shop.Cashier.PutAsync($"/api/orders/{order}", new { status = "awaiting_payment" })).Must(HttpStatusCode.OK);
        Assert.Equal($"gone orders {order}", await client.HearAsync());
        (await _shop.Cashier.PutAsync($"/api/orders/{order}", new { note = "no matter" })).Must(HttpStatusCode.OK);
        (await _shop.Cashier.PutAsync($"/api/orders/{order}", new { status = "paid" })).Must(HttpStatusCode.OK);

        Assert.Equal($"row orders {order}", await client.HearAsync());
    }

    [Theory]
    [InlineData("tables=", ErrorCodes.ParameterInvalid, "tables", 4400)]
    [InlineData("where=status:paid", ErrorCodes.ParameterInvalid, "tables", 4400)]
    [InlineData("tables=ghosts", ErrorCodes.UnknownTable, "tables", 4400)]
    [InlineData("tables=orders&where=colour:red", ErrorCodes.UnknownField, "colour", 4400)]
    [InlineData("tables=orders&where=status", ErrorCodes.ParameterInvalid, "where", 4400)]
    [InlineData("tables=orders&where=status:eaten", ErrorCodes.ParameterInvalid, "status", 4400)]
    [InlineData("tables=orders&where=sales.status:paid", ErrorCodes.ParameterInvalid, "where", 4400)]
    [InlineData("tables=orders&where=total[about]:5", ErrorCodes.ParameterInvalid, "where", 4400)]
    [InlineData("tables=orders&data=yes", ErrorCodes.ParameterInvalid, "data", 4400)]
    public async Task A_wrong_address_is_refused_with_what_is_wrong(string query, string code, string field, int closeCode)
    {
        using var client = await ConnectAsync(_shop.Cashier, query);
        var error = await client.NextAsync();

        Assert.Equal(("error", code, field), (error.GetProperty("type").GetString(), error.GetProperty("code").GetString(), error.GetProperty("field").GetString()));
        Assert.Equal(closeCode, await client.Socket.ReceiveCloseAsync());
        Assert.Equal(code, client.Socket.CloseText);
    }

    [Fact]
    public async Task Nobody_follows_rows_without_signing_in_nor_tables_that_their_role_may_not_read()
    {
        using var nobody = await TestSocket.ConnectAsync(_shop.Node.SocketAddress, "/ws?tables=orders");
        Assert.Contains(ErrorCodes.NotSignedIn, await nobody.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Equal(4401, await nobody.ReceiveCloseAsync());
        using var cashier = await ConnectAsync(_shop.Cashier, "tables=finance_cash_requests");
        Assert.Equal("error finance_cash_requests access_denied", await cashier.HearAsync());
        Assert.Equal(4403, await cashier.Socket.ReceiveCloseAsync());
    }

    [Theory]
    [InlineData("nonsense", "cursor_invalid")]
    [InlineData("another.5", "epoch_changed")]
    public async Task A_cursor_that_cannot_be_read_on_from_is_reset_by_name_and_the_new_one_goes_on(string cursor, string reason)
    {
        using var client = await ConnectAsync(_shop.Cashier, "tables=orders&cursor=" + cursor);
        Assert.Equal("reset " + reason, await client.HearAsync());
        Assert.Equal("ready", await client.HearAsync());
        var order = await OrderAsync(_shop.Cashier, _shop.North);

        Assert.Equal($"row orders {order}", await client.HearAsync());
    }

    [Fact]
    public async Task A_cursor_ahead_of_the_log_is_a_reset()
    {
        using var first = await ConnectAsync(_shop.Cashier, "tables=orders");
        await first.HearAsync();
        var ahead = first.Cursor.Split('.')[0] + "." + (_shop.Node.Services.GetRequiredService<FeedMarks>().Head + 100);
        using var client = await ConnectAsync(_shop.Cashier, "tables=orders&cursor=" + ahead);

        Assert.Equal("reset ahead", await client.HearAsync());
    }

    [Fact]
    public async Task A_till_that_was_away_while_the_node_restarted_gets_what_it_missed()
    {
        using var directory = new TempDirectory();
        string cursor;
        Guid missed;
        string north;
        var settings = new TestSettings { Directory = directory.Path };
        await using (var shop = await RestShop.OpenAsync(settings))
        {
            using var till = await RowClient.ConnectAsync(shop.Node, shop.Cashier, "tables=orders");
            Assert.Equal("ready", await till.HearAsync());
            cursor = till.Cursor;
            await till.Socket.CloseAsync();
            missed = await OrderAsync(shop.Cashier, shop.North);
            north = shop.North.ToString();
        }

        await using var node = await TestNode.StartAsync(settings);
        using var back = await RowClient.ConnectAsync(node, node.SignedIn("cashier", north), "tables=orders&cursor=" + cursor);

        Assert.Equal($"row orders {missed}", await back.HearAsync());
        Assert.Equal("ready", await back.HearAsync());
    }

    [Fact]
    public async Task A_ping_is_answered_between_rows_and_the_end_of_the_session_ends_them()
    {
        var person = _shop.Node.SignedIn("manager", _shop.North.ToString());
        using var client = await ConnectAsync(person, "tables=orders");
        Assert.Equal("ready", await client.HearAsync());
        await client.Socket.SendAsync("ping");
        Assert.Equal("pong", await client.Socket.ReceiveAsync());
        (await person.PostAsync("/api/logout", new { })).Must(HttpStatusCode.NoContent);

        Assert.Equal(4401, await client.Socket.ReceiveCloseAsync());
    }

    private Task<RowClient> ConnectAsync(HttpClient person, string query) => RowClient.ConnectAsync(_shop.Node, person, query);

    private static async Task<Guid> OrderAsync(HttpClient person, Guid branch, int total = 0, string? number = null) =>
        (await person.PostAsync("/api/orders", new { number = number ?? NewId.Next().ToString(), branch_id = branch, total })).Must(HttpStatusCode.Created).Id;
}
