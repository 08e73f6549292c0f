using System.Net;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Gateway.Cases;

public sealed class HandOverTests
{
    [Fact]
    public async Task What_was_rejected_gets_the_note_of_who_made_it_once()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("cashier", shop.North);
        var mutation = till.Mutation(Price(shop.Product, 1100));
        await till.SendAsync(mutation);
        using Desk cashier = Desk.Of(shop, "cashier", shop.North), manager = Desk.Of(shop, "manager", shop.North);

        var first = await cashier.PostAsync("/api/tray", HandOver(mutation, "access_denied", "The shelf says 11.00"));
        var again = await cashier.PostAsync("/api/tray", HandOver(mutation, "access_denied", "The shelf says 11.00"));

        Assert.Equal(("waiting", 1L), (Text(first, "state"), first.GetProperty("entry").GetInt64()));
        Assert.Equal(first.GetRawText(), again.GetRawText());
        var entry = await manager.GetAsync("/api/tray/1");
        var step = Assert.Single(entry.GetProperty("history").EnumerateArray());
        Assert.Equal(("hand_over", "A cashier", "The shelf says 11.00"), (Text(step, "action"), Text(step.GetProperty("by"), "name"), Text(step, "why")));
        Assert.Single(await manager.ListAsync("/api/tray"));
    }

    [Fact]
    public async Task What_the_node_never_judged_is_kept_whole_and_can_be_sent_by_a_manager_only()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("cashier", shop.North);
        var mutation = till.Mutation(Price(shop.Product, 1100));
        using Desk cashier = Desk.Of(shop, "cashier", shop.North), manager = Desk.Of(shop, "manager", shop.North);

        await cashier.PostAsync("/api/tray", HandOver(mutation, "put_aside", "It would not go"));
        var entry = await manager.GetAsync("/api/tray/1");
        var later = await till.SendAsync(mutation);
        var sent = await manager.PostAsync("/api/tray/1/resend");
        var after = await cashier.PostAsync("/api/tray", HandOver(mutation, "put_aside", "It would not go"));

        Assert.Equal(("put_aside", "As the device was told"), (Text(entry, "code"), Text(entry, "reason")));
        Assert.Equal((till.Id.Value, 1L), (Text(entry, "device"), entry.GetProperty("n").GetInt64()));
        Assert.Equal(mutation.Id, entry.GetProperty("payload").GetProperty("id").GetGuid());
        Assert.Equal("put_aside", Assert.IsType<MutationOutcome.Rejected>(Assert.Single(later.Outcomes)).Code);
        Assert.Equal("applied", Text(sent.GetProperty("outcome"), "kind"));
        Assert.Equal("resolved", Text(after, "state"));
        Assert.Single(await manager.ListAsync("/api/tray?state=all"));
        Assert.Equal(1100, (await shop.Device("manager", shop.North).RowAsync("everyone", "products", shop.Product))!["price"].AsInteger);
    }

    [Fact]
    public async Task What_was_applied_needs_nobody()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("manager", shop.North);
        var mutation = till.Mutation(Price(shop.Product, 1100));
        await till.SendAsync(mutation);
        using var desk = Desk.Of(shop, "manager", shop.North);

        var answer = await desk.PostAsync("/api/tray", HandOver(mutation, "put_aside", "Lost the answer"));

        Assert.Equal("applied", Text(answer, "state"));
        Assert.False(answer.TryGetProperty("entry", out _));
        Assert.Empty(await desk.ListAsync("/api/tray?state=all"));
    }

    [Fact]
    public async Task Nobody_hands_over_what_another_made_and_cashiers_see_no_tray()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("cashier", shop.North);
        var rejected = till.Mutation(Price(shop.Product, 1100));
        await till.SendAsync(rejected);
        using Desk other = Desk.Of(shop, "cashier", shop.South), anybody = new(shop.Node.Anonymous());

        await other.MustRefuseAsync(HttpMethod.Post, "/api/tray", HttpStatusCode.Forbidden, ErrorCodes.AccessDenied, HandOver(rejected, "x", "Mine"));
        await other.MustRefuseAsync(
            HttpMethod.Post, "/api/tray", HttpStatusCode.Forbidden, ErrorCodes.AccessDenied, HandOver(till.Mutation(Price(shop.Product, 1)), "x", "Mine"));
        await other.MustRefuseAsync(HttpMethod.Get, "/api/tray", HttpStatusCode.Forbidden, ErrorCodes.AccessDenied);
        await anybody.MustRefuseAsync(HttpMethod.Post, "/api/tray", HttpStatusCode.Unauthorized, ErrorCodes.NotSignedIn, HandOver(rejected, "x", "Mine"));
        using var manager = Desk.Of(shop, "manager", shop.North);
        Assert.Empty((await manager.GetAsync("/api/tray/1")).GetProperty("history").EnumerateArray());
    }

    [Theory]
    [InlineData("", "note", ErrorCodes.ParameterInvalid, HttpStatusCode.BadRequest)]
    [InlineData("Not a code", "note", ErrorCodes.ParameterInvalid, HttpStatusCode.BadRequest)]
    [InlineData("fine", null, ErrorCodes.TooLong, HttpStatusCode.UnprocessableEntity)]
    public async Task What_is_out_of_bounds_is_refused(string code, string? note, string refusal, HttpStatusCode status)
    {
        await using var shop = await Shop.OpenAsync();
        var mutation = shop.Device("cashier", shop.North).Mutation(Price(shop.Product, 1100));
        using var cashier = Desk.Of(shop, "cashier", shop.North);

        await cashier.MustRefuseAsync(HttpMethod.Post, "/api/tray", status, refusal, HandOver(mutation, code, note ?? new string('x', 501)));
    }

    private static JsonElement HandOver(Mutation mutation, string code, string note) =>
        JsonSerializer.SerializeToElement(new HandOverRequest(mutation, code, "As the device was told", note), ProtocolJson.Default.HandOverRequest);

    private static RowWrite Price(Guid product, long price) => Write.Update("products", product, ("price", FieldValue.Of(price)));

    private static string Text(JsonElement json, string member) => json.GetProperty(member).GetString()!;
}
