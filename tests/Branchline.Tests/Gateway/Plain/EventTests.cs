using System.Net;
using Branchline.Protocol;
using Branchline.Server.Gateway.Sockets;
using Branchline.Tests.Gateway.Tables;
using Branchline.Tests.Gateway.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Gateway.Plain;

public sealed class EventTests : IAsyncLifetime
{
    private RestShop _shop = null!;

    public async ValueTask InitializeAsync() => _shop = await RestShop.OpenAsync();

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Fact]
    public async Task A_reader_hears_the_words_of_its_branch_as_events_and_no_others()
    {
        using var north = await EventReader.FollowAsync(_shop.Cashier);
        using var south = await EventReader.FollowAsync(_shop.Node.SignedIn("cashier", _shop.South.ToString()));
        await OrderAsync(_shop.Cashier, _shop.North);
        await EstimateAsync(_shop.Admin, _shop.South);

        Assert.Equal("order_updated", await north.NextAsync());
        Assert.Equal("estimate_updated", await south.NextAsync());
    }

    [Fact]
    public async Task Nobody_hears_a_word_without_signing_in_unless_the_operator_opened_it()
    {
        await using var shop = await RestShop.OpenAsync(new TestSettings { Values = { ["Branchline:Gateway:PublicWords"] = "estimate_updated" } });
        using var anybody = shop.Node.Anonymous();
        using var reader = await EventReader.FollowAsync(anybody);
        await OrderAsync(shop.Cashier, shop.North);
        await EstimateAsync(shop.Cashier, shop.North);
        Assert.Equal("estimate_updated", await reader.NextAsync());
        await OrderAsync(shop.Cashier, shop.North);
        using var back = await EventReader.FollowAsync(anybody, lastId: reader.LastId);
        await EstimateAsync(shop.Cashier, shop.North);

        Assert.Equal("estimate_updated", await back.NextAsync());
    }

    [Fact]
    public async Task Whoever_comes_back_hears_the_words_it_missed()
    {
        using var before = await EventReader.FollowAsync(_shop.Cashier);
        await OrderAsync(_shop.Admin, _shop.South);
        await EstimateAsync(_shop.Cashier, _shop.North);
        await EstimateAsync(_shop.Cashier, _shop.North);
        using var after = await EventReader.OpenAsync(_shop.Cashier, lastId: before.LastId);
        Assert.Equal("estimate_updated", await after.NextAsync());
        await OrderAsync(_shop.Cashier, _shop.North);

        var next = await after.NextAsync();
        Assert.Equal("order_updated", next == "estimate_updated" ? await after.NextAsync() : next);
        using var lost = await EventReader.OpenAsync(_shop.Cashier, lastId: "another.7");
        Assert.Equal(["estimate_updated", "order_updated"], new[] { await lost.NextAsync(), await lost.NextAsync() }.Order());
    }

    [Fact]
    public async Task Rows_come_as_events_and_go_on_from_the_last_one()
    {
        using var before = await EventReader.FollowAsync(_shop.Cashier, "?tables=orders");
        Assert.Equal("ready", await before.HearAsync());
        var first = await OrderAsync(_shop.Cashier, _shop.North);
        Assert.Equal($"row orders {first}", await before.HearAsync());
        await OrderAsync(_shop.Admin, _shop.South);
        var second = await OrderAsync(_shop.Cashier, _shop.North);
        using var after = await EventReader.OpenAsync(_shop.Cashier, "?tables=orders", before.LastId);

        Assert.Equal($"row orders {second}", await after.HearAsync());
        Assert.Equal("ready", await after.HearAsync());
        using var other = await EventReader.OpenAsync(_shop.Cashier, "?tables=orders&data=1", before.LastId);
        Assert.Equal("reset access_changed", await other.HearAsync());
    }

    [Theory]
    [InlineData("?tables=ghosts", ErrorCodes.UnknownTable, HttpStatusCode.NotFound)]
    [InlineData("?tables=finance_cash_requests", ErrorCodes.AccessDenied, HttpStatusCode.Forbidden)]
    [InlineData("?tables=orders&where=status:eaten", ErrorCodes.ParameterInvalid, HttpStatusCode.BadRequest)]
    public async Task A_wrong_address_is_answered_with_its_problem(string query, string code, HttpStatusCode status)
    {
        using var reader = await EventReader.OpenAsync(_shop.Cashier, query);

        Assert.Equal(status, reader.Response.StatusCode);
        Assert.Contains($"\"code\":\"{code}\"", await reader.RestAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_are_for_people_who_are_signed_in()
    {
        using var nobody = _shop.Node.Anonymous();
        using var reader = await EventReader.OpenAsync(nobody, "?tables=orders");

        Assert.Equal(HttpStatusCode.Unauthorized, reader.Response.StatusCode);
    }

    [Fact]
    public async Task Events_come_at_once_as_they_are_and_not_compressed()
    {
        using var reader = await EventReader.FollowAsync(_shop.Cashier);

        Assert.Equal("text/event-stream", reader.Response.Content.Headers.ContentType?.MediaType);
        Assert.Empty(reader.Response.Content.Headers.ContentEncoding);
        Assert.True(reader.Response.Headers.CacheControl is { NoStore: true, NoTransform: true });
    }

    [Fact]
    public async Task The_end_of_the_session_or_of_the_node_ends_the_stream_with_a_reason()
    {
        var person = _shop.Node.SignedIn("manager", _shop.South.ToString());
        using var words = await EventReader.FollowAsync(person);
        using var rows = await EventReader.FollowAsync(person, "?tables=orders");
        Assert.Equal("ready", await rows.HearAsync());
        (await person.PostAsync("/api/logout", new { })).Must(HttpStatusCode.NoContent);
        foreach (var reader in new[] { words, rows })
        {
            Assert.StartsWith("close {\"code\":4401,", await reader.NextAsync(), StringComparison.Ordinal);
            Assert.Null(await reader.NextAsync());
        }

        var node = await TestNode.StartAsync();
        using var anybody = node.Anonymous();
        using var last = await EventReader.FollowAsync(anybody);
        var ending = last.NextAsync();
        await node.DisposeAsync();
        Assert.StartsWith("close {\"code\":1012,", await ending, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_counts_as_a_connection_until_its_reader_goes()
    {
        await using var node = await TestNode.StartAsync(new TestSettings { Values = { ["Branchline:Gateway:MaxConnections"] = "1" } });
        using var anybody = node.Anonymous();
        var sockets = node.Services.GetRequiredService<LiveSockets>();
        using (await EventReader.FollowAsync(anybody))
        {
            Assert.Equal(1, sockets.Count);
            using var second = await EventReader.OpenAsync(anybody);
            Assert.StartsWith("close {\"code\":1013,", await second.NextAsync(), StringComparison.Ordinal);
        }

        await Eventually.AsTrueAsync(() => sockets.Count == 0, () => $"{sockets.Count} are counted");
    }

    private static async Task<Guid> OrderAsync(HttpClient person, Guid branch) =>
        (await person.PostAsync("/api/orders", new { number = NewId.Next().ToString(), branch_id = branch })).Must(HttpStatusCode.Created).Id;

    private static async Task EstimateAsync(HttpClient person, Guid branch) =>
        (await person.PostAsync("/api/estimates", new { number = NewId.Next().ToString(), branch_id = branch })).Must(HttpStatusCode.Created);
}
