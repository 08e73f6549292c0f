using System.Net;
using Branchline.Protocol;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Tests.Gateway.Tables;

public sealed class VersionTests
{
    [Fact]
    public async Task A_row_that_did_not_change_is_not_sent_again()
    {
        await using var shop = await RestShop.OpenAsync();
        var saved = await shop.Manager.PostAsync("/api/clients", new { name = "Ana", branch_id = shop.North });
        var path = $"/api/clients/{saved.Id}";

        var read = (await shop.Manager.GetAsJsonAsync(path)).Must(HttpStatusCode.OK);
        Assert.Equal((saved.Text, saved.ETag), (read.Text, read.ETag));

        var again = (await shop.Manager.GetAsJsonAsync(path, ("If-None-Match", read.ETag!))).Must(HttpStatusCode.NotModified);
        Assert.Equal(("", read.ETag), (again.Text, again.ETag));
        (await shop.Manager.GetAsJsonAsync(path, ("If-None-Match", "W/" + read.ETag))).Must(HttpStatusCode.NotModified);

        var changed = (await shop.Manager.PutAsync(path, new { name = "Anna" })).Must(HttpStatusCode.OK);
        Assert.NotEqual(read.ETag, changed.ETag);
        Assert.Equal("Anna", (await shop.Manager.GetAsJsonAsync(path, ("If-None-Match", read.ETag!))).Must(HttpStatusCode.OK)["name"]);
    }

    [Fact]
    public async Task A_change_to_a_row_that_changed_meanwhile_is_refused()
    {
        await using var shop = await RestShop.OpenAsync();
        var saved = await shop.Manager.PostAsync("/api/clients", new { name = "Ana", branch_id = shop.North });
        var path = $"/api/clients/{saved.Id}";
        var changed = (await shop.Manager.PutAsync(path, new { name = "Anna" }, ("If-Match", saved.ETag!))).Must(HttpStatusCode.OK);

        await shop.NothingChangesAsync(async () =>
        {
            (await shop.Manager.PutAsync(path, new { name = "Anne" }, ("If-Match", saved.ETag!))).MustRefuse(HttpStatusCode.PreconditionFailed, ErrorCodes.PreconditionFailed);
            (await shop.Manager.PutAsync(path, new { name = "Anne" }, ("If-Match", "\"of another system\""))).MustRefuse(HttpStatusCode.PreconditionFailed, ErrorCodes.PreconditionFailed);
            (await shop.Manager.DeleteRowAsync(path, ("If-Match", saved.ETag!))).MustRefuse(HttpStatusCode.PreconditionFailed, ErrorCodes.PreconditionFailed);
        });

        (await shop.Manager.PutAsync(path, new { name = "Anne" }, ("If-Match", "*"))).Must(HttpStatusCode.OK);
        var latest = await shop.Manager.GetAsJsonAsync(path);
        Assert.NotEqual(changed.ETag, latest.ETag);
        (await shop.Manager.DeleteRowAsync(path, ("If-Match", latest.ETag!))).Must(HttpStatusCode.OK);
        (await shop.Manager.DeleteRowAsync(path)).MustRefuse(HttpStatusCode.NotFound, ErrorCodes.RowMissing);
    }

    [Fact]
    public async Task A_row_may_be_sent_back_whole()
    {
        await using var shop = await RestShop.OpenAsync();
        var saved = await shop.Manager.PostAsync("/api/clients", new { name = "Ana", branch_id = shop.North, tags = new[] { "vip" } });

        var same = (await shop.Manager.PutAsync($"/api/clients/{saved.Id}", saved.Text)).Must(HttpStatusCode.OK);

        Assert.Equal(saved["created_at"], same["created_at"]);
        Assert.Equal("""["vip"]""", same.Json.GetProperty("tags").GetRawText());
    }

    [Fact]
    public async Task A_change_of_nothing_changes_nothing()
    {
        await using var shop = await RestShop.OpenAsync();
        var saved = await shop.Manager.PostAsync("/api/clients", new { name = "Ana", branch_id = shop.North });

        await shop.NothingChangesAsync(async () =>
        {
            var same = (await shop.Manager.PutAsync($"/api/clients/{saved.Id}", new { })).Must(HttpStatusCode.OK);
            Assert.Equal((saved.Text, saved.ETag), (same.Text, same.ETag));
        });
        Assert.Equal("[]", (await shop.Manager.PostAsync("/api/clients", "[]")).Must(HttpStatusCode.Created).Text);
    }

    [Fact]
    public async Task Patch_is_put()
    {
        await using var shop = await RestShop.OpenAsync();
        var saved = await shop.Manager.PostAsync("/api/clients", new { name = "Ana", branch_id = shop.North, phone = "1" });

        var patched = (await shop.Manager.CallAsync("PATCH", $"/api/clients/{saved.Id}", new { phone = "2" })).Must(HttpStatusCode.OK);

        Assert.Equal(("Ana", "2"), (patched["name"], patched["phone"]));
    }

    [Fact]
    public async Task Two_changes_in_the_same_millisecond_both_count()
    {
        await using var shop = await RestShop.OpenAsync();
        var saved = await shop.Manager.PostAsync("/api/clients", new { name = "Ana", branch_id = shop.North });
        for (var turn = 0; turn < 50; turn++)
        {
            var changed = (await shop.Manager.PutAsync($"/api/clients/{saved.Id}", new { phone = $"{turn}" })).Must(HttpStatusCode.OK);
            Assert.Equal($"{turn}", changed["phone"]);
        }
    }

    [Fact]
    public async Task A_change_by_somebody_else_than_before_is_no_conflict_and_is_saved()
    {
        await using var shop = await RestShop.OpenAsync();
        var saved = await shop.Manager.PostAsync("/api/clients", new { name = "Ana", branch_id = shop.North, credit_limit = 100 });

        (await shop.Admin.PutAsync($"/api/clients/{saved.Id}", new { name = "Anna", credit_limit = 500 })).Must(HttpStatusCode.OK);

        var after = await shop.Manager.GetAsJsonAsync($"/api/clients/{saved.Id}");
        Assert.Contains("\"credit_limit\":500", after.Text, StringComparison.Ordinal);
        using var database = Database.Open(Path.Combine(shop.Node.Directory, "branchline.db"), readOnly: true);
        Assert.Equal("0", database.Scalar("SELECT COUNT(*) FROM _conflicts"));
    }
}
