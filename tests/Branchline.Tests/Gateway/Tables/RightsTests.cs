using System.Net;
using Branchline.Protocol;

namespace Branchline.Tests.Gateway.Tables;

public sealed class RightsTests
{
    [Fact]
    public async Task Whoever_makes_a_branch_may_write_to_it_at_once()
    {
        await using var shop = await RestShop.OpenAsync();
        for (var number = 3; number < 13; number++)
        {
            var branch = (await shop.Admin.PostAsync("/api/branches", new { name = "West", code = $"B{number}" })).Must(HttpStatusCode.Created);
            (await shop.Admin.PostAsync("/api/clients", new { name = "Ana", branch_id = branch.Id })).Must(HttpStatusCode.Created);
        }
    }

    [Fact]
    public async Task A_branch_that_does_not_exist_is_a_broken_reference_for_an_admin_too()
    {
        await using var shop = await RestShop.OpenAsync();
        var gone = (await shop.Admin.PostAsync("/api/branches", new { name = "West", code = "B03" })).Must(HttpStatusCode.Created).Id;
        (await shop.Admin.DeleteAsync($"/api/branches/{gone}")).EnsureSuccessStatusCode();

        await shop.NothingChangesAsync(async () =>
        {
            foreach (var branch in new[] { gone, NewId.Next() })
            {
                (await shop.Admin.PostAsync("/api/clients", new { name = "Ana", branch_id = branch }))
                    .MustRefuse(HttpStatusCode.UnprocessableEntity, ErrorCodes.BrokenReference, "branch_id");
            }
        });
    }

    [Fact]
    public async Task A_manager_sees_and_changes_only_the_rows_of_their_branch()
    {
        await using var shop = await RestShop.OpenAsync();
        var theirs = (await shop.Admin.PostAsync("/api/clients", new { name = "Ben", branch_id = shop.South })).Must(HttpStatusCode.Created);
        var ours = (await shop.Admin.PostAsync("/api/clients", new { name = "Ana", branch_id = shop.North })).Must(HttpStatusCode.Created);

        await shop.NothingChangesAsync(async () =>
        {
            Assert.Equal([ours.Id.ToString()], (await shop.Manager.GetAsJsonAsync("/api/clients")).Column("id"));
            Assert.Empty((await shop.Manager.GetAsJsonAsync($"/api/clients?branch={shop.South}")).Column("id"));
            Assert.Empty((await shop.Manager.GetAsJsonAsync($"/api/clients?id={theirs.Id}")).Column("id"));
            (await shop.Manager.GetAsJsonAsync($"/api/clients/{theirs.Id}")).MustRefuse(HttpStatusCode.NotFound, ErrorCodes.RowMissing);
            (await shop.Manager.PutAsync($"/api/clients/{theirs.Id}", new { branch_id = shop.North })).MustRefuse(HttpStatusCode.NotFound, ErrorCodes.RowMissing);
            (await shop.Manager.PutAsync($"/api/clients/{theirs.Id}", new { name = "x" }, ("If-Match", theirs.ETag!))).MustRefuse(HttpStatusCode.NotFound, ErrorCodes.RowMissing);
            (await shop.Manager.PutAsync($"/api/clients/{theirs.Id}", new { name = "x" }, ("If-Match", "\"1\""))).MustRefuse(HttpStatusCode.NotFound, ErrorCodes.RowMissing);
        });
    }

    [Fact]
    public async Task An_order_moves_along_its_workflow_by_those_who_may()
    {
        await using var shop = await RestShop.OpenAsync();
        using var releasing = shop.Node.SignedIn("releasing", shop.North.ToString());
        var order = (await shop.Cashier.PostAsync("/api/orders", new { number = "O-1", branch_id = shop.North })).Must(HttpStatusCode.Created);
        var path = $"/api/orders/{order.Id}";

        foreach (var status in new[] { "awaiting_payment", "paid", "for_release" })
        {
            Assert.Equal(status, (await shop.Cashier.PutAsync(path, new { status })).Must(HttpStatusCode.OK)["status"]);
        }

        await shop.NothingChangesAsync(async () =>
        {
            (await shop.Cashier.PutAsync(path, new { status = "cancelled" })).MustRefuse(HttpStatusCode.Forbidden, ErrorCodes.MoveNotAllowed, "status");
            (await shop.Cashier.PutAsync(path, new { status = "draft" })).MustRefuse(HttpStatusCode.Conflict, ErrorCodes.IllegalMove, "status");
        });
        Assert.Equal("released", (await releasing.PutAsync(path, new { status = "released" })).Must(HttpStatusCode.OK)["status"]);
    }

    [Fact]
    public async Task A_write_with_the_web_session_needs_the_antiforgery_value()
    {
        await using var shop = await RestShop.OpenAsync();
        using var browser = shop.Node.Anonymous();
        var manager = shop.Node.User("manager", shop.North.ToString());
        var login = await browser.PostAsync("/api/login", new { email = manager.Email, password = TestNode.Password });
        var cookies = login.Header("Set-Cookie")!;
        var session = Between(cookies, "branchline_session=", ";");
        var antiforgery = Between(cookies, "XSRF-TOKEN=", ";");
        var cookie = ("Cookie", $"branchline_session={session}; XSRF-TOKEN={antiforgery}");
        var body = new { name = "Ana", branch_id = shop.North };

        await shop.NothingChangesAsync(async () =>
            (await browser.PostAsync("/api/clients", body, cookie)).MustRefuse(HttpStatusCode.Forbidden, ErrorCodes.AntiforgeryFailed));
        (await browser.PostAsync("/api/clients", body, cookie, ("X-XSRF-TOKEN", Uri.UnescapeDataString(antiforgery)))).Must(HttpStatusCode.Created);
        Assert.Equal(["Ana"], (await browser.GetAsJsonAsync("/api/clients", cookie)).Column("name"));
    }

    private static string Between(string text, string start, string end)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }
}
