using System.Net;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Gateway.Messages;
using Branchline.Tests.Gateway.Tables;

namespace Branchline.Tests.Gateway.Plain;

public sealed class MessageTests : IAsyncLifetime
{
    private RestShop _shop = null!;
    private User _cashier = null!;

    public async ValueTask InitializeAsync()
    {
        _shop = await RestShop.OpenAsync(new TestSettings { Values = { ["Branchline:Messages:KeepMost"] = "3" } });
        _cashier = _shop.Node.User("cashier", _shop.North.ToString());
    }

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Fact]
    public async Task A_person_gets_what_was_written_while_away_and_then_what_is_written_each_once()
    {
        var first = await SendAsync(_shop.Manager, _cashier, new { text = "Ñ" });
        using var client = await RowClient.ConnectAsync(_shop.Node, _shop.Cashier, "messages=0");
        var heard = await NextMessageAsync(client);
        var manager = _shop.Node.User("manager", _shop.North.ToString());
        var at = heard.GetProperty("at").GetString();
        using var golden = JsonDocument.Parse(GoldenFile.Read("plain/rows.json"));
        Assert.Equal(
            golden.RootElement.GetProperty("message").GetRawText().Replace("TIME", at, StringComparison.Ordinal)
                .Replace("USER", manager.Id, StringComparison.Ordinal).Replace("\"NO\"", $"{first}", StringComparison.Ordinal),
            heard.GetRawText());
        var second = await SendAsync(_shop.Admin, _cashier, "again");
        Assert.Equal(second, (await NextMessageAsync(client)).GetProperty("no").GetInt64());
        using var back = await RowClient.ConnectAsync(_shop.Node, _shop.Cashier, $"messages={first}&tables=orders");

        Assert.Equal(second, (await NextMessageAsync(back)).GetProperty("no").GetInt64());
    }

    [Fact]
    public async Task Nobody_else_gets_a_message_and_only_the_newest_are_kept()
    {
        using var other = await RowClient.ConnectAsync(_shop.Node, _shop.Manager, "messages=0");
        Assert.Equal("ready", await other.HearAsync());
        for (var count = 0; count < 5; count++)
        {
            await SendAsync(_shop.Admin, _cashier, count);
        }

        await SendAsync(_shop.Admin, _shop.Node.User("manager", _shop.North.ToString()), "for you");
        Assert.Equal("for you", (await NextMessageAsync(other)).GetProperty("body").GetString());
        using var cashier = await RowClient.ConnectAsync(_shop.Node, _shop.Cashier, "messages=0");
        var kept = new[] { await NextMessageAsync(cashier), await NextMessageAsync(cashier), await NextMessageAsync(cashier) };

        Assert.Equal([2, 3, 4], kept.Select(message => message.GetProperty("body").GetInt32()));
    }

    [Fact]
    public async Task Events_carry_messages_and_rows_and_go_on_from_both()
    {
        using var before = await EventReader.FollowAsync(_shop.Cashier, "?tables=orders&messages=0");
        Assert.Equal("ready", await before.HearAsync());
        await SendAsync(_shop.Manager, _cashier, "one");
        Assert.Equal("message", await before.HearAsync());
        await SendAsync(_shop.Manager, _cashier, "two");
        var order = (await _shop.Cashier.PostAsync("/api/orders", new { number = "O-1", branch_id = _shop.North })).Must(HttpStatusCode.Created).Id;
        using var after = await EventReader.OpenAsync(_shop.Cashier, "?tables=orders&messages=0", before.LastId);
        var heard = new[] { await after.NextAsync(), await after.NextAsync(), await after.NextAsync() };

        Assert.Single(heard, text => text!.Contains("\"body\":\"two\"", StringComparison.Ordinal));
        Assert.Single(heard, text => text!.Contains(order.ToString(), StringComparison.Ordinal));
        Assert.DoesNotContain(heard, text => text!.Contains("\"body\":\"one\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Managers_write_to_people_of_their_branches_and_cashiers_to_nobody()
    {
        var stranger = _shop.Node.User("cashier", _shop.South.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await _shop.Manager.PostAsync($"/api/users/{stranger.Id}/messages", new { })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _shop.Admin.PostAsync("/api/users/nobody/messages", new { })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await _shop.Cashier.PostAsync($"/api/users/{_cashier.Id}/messages", new { })).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await _shop.Admin.PostAsync($"/api/users/{_cashier.Id}/messages", "{")).Status);
        var large = await _shop.Admin.PostAsync($"/api/users/{_cashier.Id}/messages", new { text = new string('x', 17_000) });
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, ErrorCodes.BodyTooLarge), (large.Status, large["code"]));
        using var client = await RowClient.ConnectAsync(_shop.Node, _shop.Cashier, "messages=many");

        Assert.Equal("error parameter_invalid", await client.HearAsync());
    }

    [Fact]
    public void Messages_outlive_their_node_and_are_forgotten_when_they_are_old()
    {
        using var directory = new TempDirectory();
        var now = DateTimeOffset.UnixEpoch.AddYears(50);
        using (var database = new MessageDatabase(directory.DatabaseFile))
        {
            database.Insert("ada", Message(now.AddDays(-8), "1"), new MessageOptions());
            database.Insert("ada", Message(now.AddDays(-1), "2"), new MessageOptions());
        }

        using var again = new MessageDatabase(directory.DatabaseFile);
        again.Insert("ada", Message(now, "3"), new MessageOptions());
        Assert.Equal(["2", "3"], again.After("ada", 0, 10).Select(message => message.Body));
        Assert.Empty(again.After("bob", 0, 10));
        Assert.Equal(["3"], again.After("ada", 2, 10).Select(message => message.Body));
    }

    private static StoredMessage Message(DateTimeOffset at, string body) => new(0, at, "bob", "Bob", body);

    private static async Task<long> SendAsync(HttpClient from, User to, object body) =>
        (await from.CallAsync("POST", $"/api/users/{to.Id}/messages", JsonSerializer.Serialize(body))).Must(HttpStatusCode.Created).Json.GetProperty("no").GetInt64();

    private static async Task<JsonElement> NextMessageAsync(RowClient client)
    {
        while (true)
        {
            var message = await client.NextAsync();
            if (message.GetProperty("type").GetString() == "message")
            {
                return message;
            }
        }
    }
}
