using System.Net;

namespace Branchline.Tests.Gateway.Tables;

/// <summary>Calls as the owner of system E wrote them.</summary>
public sealed class SystemETests
{
    [Fact]
    public async Task A_client_is_added_listed_changed_and_deleted()
    {
        await using var shop = await RestShop.OpenAsync();
        var (name, branch) = ("Ana Čaplová", shop.North);

        Answer saved = null!;
        var made = await shop.ChangesOfAsync(async () => saved = await shop.Manager.PostAsync("/api/clients", new { name, branch_id = branch, phone = "0900 123" }));
        saved.Must(HttpStatusCode.Created);
        Assert.Equal([$"set clients {saved.Id}"], made);
        Assert.Equal((name, "0900 123", "active", branch.ToString()), (saved["name"], saved["phone"], saved["status"], saved["branch_id"]));
        Assert.Equal($"/api/clients/{saved.Id}", saved.Header("Location"));
        Assert.NotNull(saved.ETag);
        Assert.Equal(["id", "name", "branch_id"], saved.Json.EnumerateObject().Take(3).Select(member => member.Name));
        Assert.Equal(["created_at", "updated_at"], saved.Json.EnumerateObject().TakeLast(2).Select(member => member.Name));

        var list = (await shop.Manager.GetAsJsonAsync($"/api/clients?branch={branch}&search=čaplová&status=active")).Must(HttpStatusCode.OK);
        Assert.Equal("application/json", list.ContentType);
        Assert.Equal([saved.Id.ToString()], list.Column("id"));
        Assert.Equal(saved.Text, list.Json[0].GetRawText());

        Answer changed = null!;
        var edits = await shop.ChangesOfAsync(async () => changed = await shop.Manager.PutAsync("/api/clients", new { id = saved.Id, phone = "0900 999" }));
        changed.Must(HttpStatusCode.OK);
        Assert.Equal([$"set clients {saved.Id}"], edits);
        Assert.Equal((name, "0900 999"), (changed["name"], changed["phone"]));

        Answer deleted = null!;
        var deletes = await shop.ChangesOfAsync(async () => deleted = await shop.Manager.DeleteRowAsync($"/api/clients?id={saved.Id}"));
        deleted.Must(HttpStatusCode.OK);
        Assert.Equal([$"delete clients {saved.Id}"], deletes);
        Assert.Equal(saved.Id, deleted.Id);
        Assert.Equal("[]", (await shop.Manager.GetAsJsonAsync("/api/clients")).Text);
    }

    [Fact]
    public async Task Many_are_added_at_once_and_answered_in_order()
    {
        await using var shop = await RestShop.OpenAsync();
        var rows = Enumerable.Range(1, 50).Select(number => new { title = $"Visit {number}", branch_id = shop.North, date = "2026-11-21" });

        Answer saved = null!;
        var changes = await shop.ChangesOfAsync(async () => saved = await shop.Cashier.PostAsync("/api/appointments", rows));

        saved.Must(HttpStatusCode.Created);
        Assert.Equal(Enumerable.Range(1, 50).Select(number => $"Visit {number}"), saved.Column("title"));
        Assert.Equal(saved.Column("id").Select(id => $"set appointments {id}"), changes);
        Assert.Null(saved.Header("Location"));
    }

    [Fact]
    public async Task One_bad_row_among_many_and_none_is_added()
    {
        await using var shop = await RestShop.OpenAsync();
        object[] rows = [new { name = "Good", branch_id = shop.North }, new { phone = "no name", branch_id = shop.North }];

        await shop.NothingChangesAsync(async () =>
            (await shop.Manager.PostAsync("/api/clients", rows)).MustRefuse(HttpStatusCode.UnprocessableEntity, "required", "[1].name"));

        Assert.Equal("[]", (await shop.Manager.GetAsJsonAsync("/api/clients")).Text);
    }

    [Theory]
    [InlineData("/api/stock-requests")]
    [InlineData("/api/stock_requests")]
    public async Task Hyphens_and_underscores_name_the_same_table(string path)
    {
        await using var shop = await RestShop.OpenAsync();
        var saved = (await shop.Manager.PostAsync(path, new { branch_id = shop.North, quantity = 3 })).Must(HttpStatusCode.Created);

        Assert.Equal(["3"], (await shop.Manager.GetAsJsonAsync("/api/stock-requests")).Column("quantity"));
        Assert.Equal($"/api/stock-requests/{saved.Id}", saved.Header("Location"));
    }

    [Fact]
    public async Task The_day_and_the_branch_narrow_a_list()
    {
        await using var shop = await RestShop.OpenAsync();
        object[] rows =
        [
            new { purpose = "a", branch_id = shop.North, date = "2026-11-20" }, new { purpose = "b", branch_id = shop.North, date = "2026-11-21" },
            new { purpose = "c", branch_id = shop.South, date = "2026-11-21" },
        ];
        (await shop.Admin.PostAsync("/api/visits", rows)).Must(HttpStatusCode.Created);

        Assert.Equal(["b", "c"], (await shop.Admin.GetAsJsonAsync("/api/visits?date=2026-11-21&sort=purpose")).Column("purpose"));
        Assert.Equal(["b"], (await shop.Admin.GetAsJsonAsync($"/api/visits?date=2026-11-21&branch={shop.North}")).Column("purpose"));
        Assert.Equal(["b"], (await shop.Manager.GetAsJsonAsync("/api/visits?date=2026-11-21")).Column("purpose"));
        Assert.Equal(["b", "c"], (await shop.Admin.GetAsJsonAsync("/api/visits?date[gt]=2026-11-20&sort=purpose")).Column("purpose"));
    }

    [Fact]
    public async Task An_agreement_with_a_distributor_is_kept_as_it_was_sent()
    {
        await using var shop = await RestShop.OpenAsync();
        var agreement = """{"terms":{"days":30,"discount":2.5},"signed":true,"by":["Ána",null]}""";

        var saved = (await shop.Manager.PostAsync("/api/distributors", $$"""{ "name": "Mill & Sons", "agreement_data": {{agreement}} }""")).Must(HttpStatusCode.Created);

        Assert.Equal(
            System.Text.Json.Nodes.JsonNode.Parse(agreement)!.ToJsonString(),
            System.Text.Json.Nodes.JsonNode.Parse(saved.Json.GetProperty("agreement_data").GetRawText())!.ToJsonString());
    }

    [Fact]
    public async Task A_socket_id_in_the_header_does_no_harm()
    {
        await using var shop = await RestShop.OpenAsync();
        (await shop.Manager.PostAsync("/api/clients", new { name = "Ana", branch_id = shop.North }, ("X-Socket-Id", "123.456"))).Must(HttpStatusCode.Created);
    }
}
