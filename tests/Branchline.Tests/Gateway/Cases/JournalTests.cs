using System.Net;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Gateway.Cases;

public sealed class JournalTests
{
    [Fact]
    public async Task A_journal_counts_once_however_often_it_is_imported_and_the_device_comes_back()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("cashier", shop.North);
        await till.ApplyAsync(shop.Move("in", 10));
        var answerLost = till.Mutation(shop.Move("sale", -1));
        await till.SendAsync(answerLost);
        Mutation[] unsent = [answerLost, till.Mutation(shop.Move("sale", -2)), till.Mutation(shop.Move("sale", -3))];
        using var manager = Desk.Of(shop, "manager", shop.North);
        var body = Body(till, unsent);

        var first = await manager.PostAsync("/api/journal", body);
        var again = await manager.PostAsync("/api/journal", body);
        var back = await till.SendAsync(unsent[1..]);

        Assert.Equal(["already_applied", "applied", "applied"], Kinds(first));
        Assert.Equal(["already_applied", "already_applied", "already_applied"], Kinds(again));
        Assert.All(back.Outcomes, outcome => Assert.IsType<MutationOutcome.AlreadyApplied>(outcome));
        Assert.Equal(4, await Shop.OnHandAsync(till, shop.NorthScope));
        Assert.Equal(unsent.Select(mutation => mutation.Id), first.GetProperty("outcomes").EnumerateArray().Select(outcome => outcome.GetProperty("id").GetGuid()));
        var changes = await till.ChangesAsync(shop.NorthScope);
        Assert.Equal(unsent[2].At, changes.Last(change => change.Table == "inventory_adjustments").At);
    }

    [Fact]
    public async Task A_dry_run_says_the_same_and_writes_nothing()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("cashier", shop.North);
        await till.ApplyAsync(shop.Move("in", 10));
        using var manager = Desk.Of(shop, "manager", shop.North);
        var refused = till.Mutation(Write.Update("products", shop.Product, ("colour", FieldValue.Of("red"))));
        var body = Body(till, [till.Mutation(shop.Move("sale", -2)), refused], [refused with { Id = NewId.Next() }]);

        var tried = await manager.PostAsync("/api/journal?dryRun=1", body);
        Assert.Equal(10, await Shop.OnHandAsync(till, shop.NorthScope));
        Assert.Empty(await manager.ListAsync("/api/tray"));
        var done = await manager.PostAsync("/api/journal", body);

        Assert.True(tried.GetProperty("dryRun").GetBoolean());
        Assert.Equal(["applied", "rejected"], Kinds(tried));
        Assert.Equal(Kinds(tried), Kinds(done));
        Assert.Equal("waiting", tried.GetProperty("rejected")[0].GetProperty("state").GetString());
        Assert.False(tried.GetProperty("rejected")[0].TryGetProperty("entry", out _));
        Assert.Equal(8, await Shop.OnHandAsync(till, shop.NorthScope));
        Assert.Equal(2, (await manager.ListAsync("/api/tray")).Length);
    }

    [Fact]
    public async Task What_the_device_was_refused_lies_in_the_tray_with_whose_journal_it_was()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("cashier", shop.North);
        var refused = till.Mutation(Write.Update("products", shop.Product, ("price", FieldValue.Of(1100))));
        using var manager = Desk.Of(shop, "manager", shop.North);

        await manager.PostAsync("/api/journal", Body(till, [], [refused]));
        await manager.PostAsync("/api/journal", Body(till, [], [refused]));

        var entry = await manager.GetAsync($"/api/tray/{Assert.Single(await manager.ListAsync("/api/tray")).GetProperty("id")}");
        Assert.Equal(("access_denied", "price"), (entry.GetProperty("code").GetString(), entry.GetProperty("field").GetString()));
        var step = Assert.Single(entry.GetProperty("history").EnumerateArray());
        Assert.Equal("import", step.GetProperty("action").GetString());
        Assert.StartsWith("Journal of Ana, exported 2026-11-21T08:00:00", step.GetProperty("why").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_judged_by_the_rights_of_who_imports_it_and_cashiers_may_not()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("cashier", shop.North);
        using Desk south = Desk.Of(shop, "manager", shop.South), cashier = Desk.Of(shop, "cashier", shop.North);
        var body = Body(till, [till.Mutation(shop.Move("in", 5))]);

        var answer = await south.PostAsync("/api/journal", body);

        Assert.Equal(ErrorCodes.OutOfScope, answer.GetProperty("outcomes")[0].GetProperty("code").GetString());
        await cashier.MustRefuseAsync(HttpMethod.Post, "/api/journal", HttpStatusCode.Forbidden, ErrorCodes.AccessDenied, body);
    }

    [Fact]
    public async Task What_is_no_journal_is_refused_with_what_is_wrong()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("cashier", shop.North);
        using var admin = Desk.Of(shop, "admin");
        var journal = Of(till, [till.Mutation(shop.Move("in", 5))]);
        Task Refused(Journal one, HttpStatusCode status, string code, string query = "") =>
            admin.MustRefuseAsync(HttpMethod.Post, "/api/journal" + query, status, code, Json(one));

        await Refused(journal with { Format = "till-roll" }, HttpStatusCode.UnprocessableEntity, ErrorCodes.FileInvalid);
        await Refused(journal with { Version = 2 }, HttpStatusCode.UnprocessableEntity, ErrorCodes.FileInvalid);
        await Refused(journal with { Mutations = [.. Enumerable.Repeat(journal.Mutations[0], 2001)] }, HttpStatusCode.RequestEntityTooLarge, ErrorCodes.BatchTooLarge, "?dryRun=1");
        await Refused(journal with { Mutations = [journal.Mutations[0] with { Id = Guid.Empty }] }, HttpStatusCode.BadRequest, ErrorCodes.MalformedJson);
        await Refused(journal, HttpStatusCode.BadRequest, ErrorCodes.ParameterInvalid, "?dryRun=maybe");
        await admin.MustRefuseAsync(HttpMethod.Post, "/api/journal", HttpStatusCode.BadRequest, ErrorCodes.MalformedJson, new { rows = 7 });
        Assert.Null(await Shop.OnHandAsync(till, shop.NorthScope));
    }

    private static string[] Kinds(JsonElement reply) => [.. reply.GetProperty("outcomes").EnumerateArray().Select(outcome => outcome.GetProperty("kind").GetString()!)];

    private static JsonElement Body(TestDevice device, Mutation[] mutations, params Mutation[] rejected) => Json(Of(device, mutations, rejected));

    private static JsonElement Json(Journal journal) => JsonSerializer.SerializeToElement(journal, ProtocolJson.Default.Journal);

    private static Journal Of(TestDevice device, Mutation[] mutations, params Mutation[] rejected) => new(
        Journal.FormatName, Journal.NewestVersion, new DateTimeOffset(2026, 11, 21, 8, 0, 0, TimeSpan.Zero), new JournalUser("ana", "Ana"), device.Id, mutations,
        [.. rejected.Select(mutation => new JournalRejection(mutation, ErrorCodes.AccessDenied, "Not yours to change") { Table = "products", Field = "price" })]);
}
