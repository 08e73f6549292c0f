using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Gateway.Apps;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Gateway.Apps;

public sealed class AppApiTests : IDisposable
{
    private const string Address = "/api/realtime/apps";

    private readonly string _directory = Directory.CreateTempSubdirectory("branchline-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("manager")]
    [InlineData("cashier")]
    public async Task Only_an_administrator_sees_and_changes_apps(string role)
    {
        await using var node = await StartAsync();
        using var client = node.SignedIn(role);

        using var list = await client.GetAsync(Address);
        using var create = await client.PostAsJsonAsync(Address, new { id = "board" });

        await list.MustRefuseAsync(HttpStatusCode.Forbidden, ErrorCodes.AccessDenied);
        await create.MustRefuseAsync(HttpStatusCode.Forbidden, ErrorCodes.AccessDenied);
    }

    [Fact]
    public async Task A_made_app_tells_its_secret_once_and_works_at_once_and_after_a_restart()
    {
        string key, secret, id;
        await using (var node = await StartAsync())
        {
            using var admin = node.SignedIn("admin");
            using var made = await admin.PostAsJsonAsync(Address, new { name = "Board", limits = new { maxBatch = 50 } });
            Assert.Equal(HttpStatusCode.Created, made.StatusCode);
            var app = await made.JsonAsync();
            (id, key, secret) = (Text(app, "id"), Text(app, "key"), Text(app, "secret"));
            var apps = node.Services.GetRequiredService<AppRegistry>();
            Assert.True(apps.TryFindByKey(key, out var live));
            Assert.True(live.VerifyHex(TestApp.Of("", "", secret).Sign("x"), "x"));

            using var list = await admin.GetAsync(Address);
            Assert.DoesNotContain(secret, await list.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await using var again = await StartAsync();
        Assert.True(again.Services.GetRequiredService<AppRegistry>().TryFindById(id, out var kept));
        Assert.Equal((key, "Board", 50, 100), (kept.Key, kept.Name, kept.Limits.MaxBatch, kept.Limits.MaxChannelsPerEvent));
        Assert.Equal(TestApp.Of("", "", secret).Sign("x"), kept.Sign("x"));
    }

    [Fact]
    public async Task A_rotated_secret_is_believed_beside_the_new_one_also_after_a_restart()
    {
        string before, after;
        await using (var node = await StartAsync())
        {
            using var admin = node.SignedIn("admin");
            before = Text(await MakeAsync(admin, new { id = "board" }), "secret");
            using var rotated = await admin.PostAsync(Address + "/board/rotate", null);
            var app = await rotated.JsonAsync();
            after = Text(app, "secret");
            Assert.Equal(1, app.GetProperty("previousSecretsUntil").GetArrayLength());
        }

        Assert.NotEqual(before, after);
        await using var again = await StartAsync();
        Assert.True(again.Services.GetRequiredService<AppRegistry>().TryFindById("board", out var kept));
        Assert.Equal(Signed(after), kept.Sign("x"));
        Assert.True(kept.VerifyHex(Signed(before), "x"));
        Assert.False(kept.VerifyHex(Signed("another"), "x"));
    }

    [Fact]
    public async Task A_secret_that_leaked_is_put_out_of_force_at_once_with_all_before_it()
    {
        await using var node = await StartAsync();
        using var admin = node.SignedIn("admin");
        var first = Text(await MakeAsync(admin, new { id = "board" }), "secret");
        using var second = await admin.PostAsync(Address + "/board/rotate", null);
        using var third = await admin.PostAsJsonAsync(Address + "/board/rotate", new { grace = "00:00:00" });

        Assert.True(node.Services.GetRequiredService<AppRegistry>().TryFindById("board", out var app));
        Assert.False(app.VerifyHex(Signed(first), "x"));
        Assert.False(app.VerifyHex(Signed(Text(await second.JsonAsync(), "secret")), "x"));
        Assert.True(app.VerifyHex(Signed(Text(await third.JsonAsync(), "secret")), "x"));
    }

    [Theory]
    [InlineData("\"tomorrow\"", "wrong_type")]
    [InlineData("24", "wrong_type")]
    [InlineData("\"-01:00:00\"", "out_of_range")]
    [InlineData("\"31.00:00:00\"", "out_of_range")]
    public async Task A_grace_that_is_none_is_refused_with_where_and_what_would_be_right(string grace, string code)
    {
        await using var node = await StartAsync();
        using var admin = node.SignedIn("admin");
        using var body = new StringContent($"{{\"grace\":{grace}}}", System.Text.Encoding.UTF8, "application/json");
        using var refused = await admin.PostAsync(Address + "/branchline/rotate", body);
        var problem = await refused.JsonAsync();

        Assert.Equal((422, code, "grace"), ((int)refused.StatusCode, Text(problem, "code"), Text(problem, "field")));
        Assert.Contains("from 0 to 30 days", Text(problem, "detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_own_apps_kept_secret_rotates_too()
    {
        string before, after;
        await using (var node = await StartAsync())
        {
            using var admin = node.SignedIn("admin");
            before = node.Services.GetRequiredService<AppRegistry>().Default.Secrets.Valid[0].Value;
            using var rotated = await admin.PostAsync(Address + "/branchline/rotate", null);
            after = Text(await rotated.JsonAsync(), "secret");
        }

        await using var again = await StartAsync();
        var own = again.Services.GetRequiredService<AppRegistry>().Default;
        Assert.Equal(Signed(after), own.Sign("x"));
        Assert.True(own.VerifyHex(Signed(before), "x"));
    }

    [Fact]
    public async Task A_change_says_only_what_it_changes()
    {
        await using var node = await StartAsync();
        using var admin = node.SignedIn("admin");
        await MakeAsync(admin, new { id = "board", name = "Board", limits = new { maxBatch = 50, maxEventBytes = 1000 } });
        using var changed = await admin.PutAsJsonAsync(
            Address + "/board", new { enabled = false, allowedOrigins = new[] { "https://shop.example" }, limits = new { maxBatch = (int?)null } });
        var app = await changed.JsonAsync();

        Assert.Equal("Board", Text(app, "name"));
        Assert.False(app.GetProperty("enabled").GetBoolean());
        Assert.Equal(10, app.GetProperty("limits").GetProperty("maxBatch").GetInt32());
        Assert.Equal(1000, app.GetProperty("limits").GetProperty("maxEventBytes").GetInt32());
        Assert.True(node.Services.GetRequiredService<AppRegistry>().TryFindById("board", out var live));
        Assert.False(live.Enabled);
        Assert.True(live.AllowsOrigin("https://shop.example"));
        Assert.False(live.AllowsOrigin("https://other.example"));
    }

    [Fact]
    public async Task A_webhooks_headers_are_kept_but_not_shown()
    {
        await using var node = await StartAsync();
        using var admin = node.SignedIn("admin");
        await MakeAsync(admin, new { id = "board", webhooks = new[] { new { url = "http://10.0.0.7/hook", headers = new { gate = "open sesame" } } } });
        using var list = await admin.GetAsync(Address);
        var shown = await list.Content.ReadAsStringAsync();
        using var back = await admin.PutAsJsonAsync(Address + "/board", new
        {
            webhooks = new[] { new { url = "http://10.0.0.7/hook", events = new[] { "member_added" }, headers = new { gate = (string?)null } } },
        });

        Assert.Contains("gate", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", shown, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
        Assert.True(node.Services.GetRequiredService<AppRegistry>().TryFindById("board", out var live));
        var webhook = Assert.Single(live.Webhooks);
        Assert.Equal(("open sesame", "member_added"), (webhook.Headers["gate"], Assert.Single(webhook.Events)));
    }

    [Fact]
    public async Task An_app_of_the_configuration_is_changed_there()
    {
        await using var node = await StartAsync(new()
        {
            ["PUSHER_APP_SECRET"] = "chosen-secret",
            ["Branchline:App:ClientEvents"] = "false",
            ["Branchline:Apps:0:Id"] = "board",
            ["Branchline:Apps:0:Key"] = "board-key",
            ["Branchline:Apps:0:Secret"] = "board-secret",
        });
        using var admin = node.SignedIn("admin");

        foreach (var id in new[] { "board", "branchline" })
        {
            using var change = await admin.PutAsJsonAsync($"{Address}/{id}", new { enabled = false });
            using var rotate = await admin.PostAsync($"{Address}/{id}/rotate", null);
            using var remove = await admin.DeleteAsync($"{Address}/{id}");
            await change.MustRefuseAsync(HttpStatusCode.Conflict, ErrorCodes.AppReadOnly);
            await rotate.MustRefuseAsync(HttpStatusCode.Conflict, ErrorCodes.AppReadOnly);
            await remove.MustRefuseAsync(HttpStatusCode.Conflict, ErrorCodes.AppReadOnly);
        }
    }

    [Fact]
    public async Task What_the_configuration_leaves_open_of_the_own_app_an_administrator_may_set()
    {
        await using (var node = await StartAsync(new() { ["PUSHER_APP_KEY"] = "shop-key" }))
        {
            using var admin = node.SignedIn("admin");
            using var change = await admin.PutAsJsonAsync(Address + "/branchline", new { subscriptionCount = true });
            Assert.Equal(HttpStatusCode.OK, change.StatusCode);
        }

        await using var again = await StartAsync(new() { ["PUSHER_APP_KEY"] = "other-key" });
        var own = again.Services.GetRequiredService<AppRegistry>().Default;
        Assert.Equal(("other-key", true), (own.Key, own.SubscriptionCount));
    }

    [Fact]
    public async Task Where_the_configuration_names_a_stored_app_the_configuration_counts()
    {
        await using (var node = await StartAsync())
        {
            using var admin = node.SignedIn("admin");
            await MakeAsync(admin, new { id = "board", key = "stored-key" });
        }

        await using var again = await StartAsync(new()
        {
            ["Branchline:Apps:0:Id"] = "board",
            ["Branchline:Apps:0:Key"] = "configured-key",
            ["Branchline:Apps:0:Secret"] = "board-secret",
        });
        var apps = again.Services.GetRequiredService<AppRegistry>();
        Assert.True(apps.TryFindById("board", out var board));
        Assert.Equal("configured-key", board.Key);
        Assert.False(apps.TryFindByKey("stored-key", out _));
    }

    [Fact]
    public async Task A_removed_app_is_gone_and_stays_so()
    {
        await using (var node = await StartAsync())
        {
            using var admin = node.SignedIn("admin");
            await MakeAsync(admin, new { id = "board" });
            using var removed = await admin.DeleteAsync(Address + "/board");
            using var twice = await admin.DeleteAsync(Address + "/board");
            Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
            await twice.MustRefuseAsync(HttpStatusCode.NotFound, ErrorCodes.AppMissing);
        }

        await using var again = await StartAsync();
        Assert.Single(again.Services.GetRequiredService<AppRegistry>().All);
    }

    [Theory]
    [InlineData("""{"id":"branchline"}""", HttpStatusCode.Conflict, ErrorCodes.AppExists, "id")]
    [InlineData("""{"key":"branchline-key"}""", HttpStatusCode.Conflict, ErrorCodes.AppExists, "key")]
    [InlineData("""{"id":"a/b"}""", HttpStatusCode.UnprocessableEntity, ErrorCodes.WrongType, "id")]
    [InlineData("""{"secret":"short"}""", HttpStatusCode.UnprocessableEntity, ErrorCodes.OutOfRange, "secret")]
    [InlineData("""{"colour":"red"}""", HttpStatusCode.UnprocessableEntity, ErrorCodes.UnknownField, "colour")]
    [InlineData("""{"limits":[]}""", HttpStatusCode.UnprocessableEntity, ErrorCodes.WrongType, "limits")]
    [InlineData("""{"webhooks":{"url":"http://x/y"}}""", HttpStatusCode.UnprocessableEntity, ErrorCodes.WrongType, "webhooks")]
    [InlineData("""{"webhooks":["http://x/y"]}""", HttpStatusCode.UnprocessableEntity, ErrorCodes.WrongType, "webhooks.0")]
    [InlineData("""{"webhooks":[null]}""", HttpStatusCode.UnprocessableEntity, ErrorCodes.OutOfRange, "webhooks.0.url")]
    [InlineData("""{"limits":{"maxFun":1}}""", HttpStatusCode.UnprocessableEntity, ErrorCodes.UnknownField, "limits.maxFun")]
    [InlineData("""{"limits":{"maxBatch":0}}""", HttpStatusCode.UnprocessableEntity, ErrorCodes.OutOfRange, "limits.maxBatch")]
    [InlineData("""{"limits":{"maxBatch":"many"}}""", HttpStatusCode.UnprocessableEntity, ErrorCodes.OutOfRange, "limits.maxBatch")]
    [InlineData("""{"enabled":{"a":1}}""", HttpStatusCode.UnprocessableEntity, ErrorCodes.WrongType, "enabled")]
    [InlineData("""{"allowedOrigins":["shop"]}""", HttpStatusCode.UnprocessableEntity, ErrorCodes.OutOfRange, "allowedOrigins")]
    [InlineData("""{"webhooks":[{"url":"ftp://x/y"}]}""", HttpStatusCode.UnprocessableEntity, ErrorCodes.OutOfRange, "webhooks.0.url")]
    [InlineData("""{"webhooks":[{"url":"http://me:secret@x/y"}]}""", HttpStatusCode.UnprocessableEntity, ErrorCodes.OutOfRange, "webhooks.0.url")]
    [InlineData("""{"webhooks":[{"url":"http://x/y","events":["lunch"]}]}""", HttpStatusCode.UnprocessableEntity, ErrorCodes.OutOfRange, "webhooks.0.events")]
    [InlineData("""{"webhooks":[{"url":"http://x/y","headers":{"X-Pusher-Key":"1"}}]}""", HttpStatusCode.UnprocessableEntity, ErrorCodes.OutOfRange, "webhooks.0.headers")]
    [InlineData("""{"webhooks":[{"url":"http://x/y"},{"url":"http://x/y"}]}""", HttpStatusCode.UnprocessableEntity, ErrorCodes.OutOfRange, "webhooks")]
    [InlineData("[1]", HttpStatusCode.BadRequest, ErrorCodes.MalformedJson, null)]
    [InlineData("{", HttpStatusCode.BadRequest, ErrorCodes.MalformedJson, null)]
    [InlineData("", HttpStatusCode.BadRequest, ErrorCodes.MalformedJson, null)]
    [InlineData("""{"id":"a","id":"b"}""", HttpStatusCode.BadRequest, ErrorCodes.MalformedJson, null)]
    public async Task A_wish_that_cannot_be_met_is_refused_with_what_is_wrong(string body, HttpStatusCode status, string code, string? field)
    {
        await using var node = await StartAsync();
        using var admin = node.SignedIn("admin");
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await admin.PostAsync(Address, content);

        var problem = await answer.MustRefuseAsync(status, code);
        Assert.Equal(field, problem.TryGetProperty("field", out var at) ? at.GetString() : null);
        Assert.Single(node.Services.GetRequiredService<AppRegistry>().All);
    }

    [Fact]
    public async Task The_tables_do_not_swallow_the_address()
    {
        await using var node = await StartAsync();
        using var admin = node.SignedIn("admin");
        using var list = await admin.GetAsync(Address);

        var app = Assert.Single((await list.JsonAsync()).EnumerateArray());
        Assert.Equal(("branchline", "branchline-key"), (Text(app, "id"), Text(app, "key")));
        Assert.True(app.GetProperty("isOwn").GetBoolean());
        using var wrong = await admin.DeleteAsync(Address);
        await wrong.MustRefuseAsync(HttpStatusCode.MethodNotAllowed, ErrorCodes.MethodNotAllowed);
    }

    private static string Signed(string secret) => TestApp.Of("", "", secret).Sign("x");

    private static string Text(JsonElement app, string member) => app.GetProperty(member).GetString()!;

    private static async Task<JsonElement> MakeAsync(HttpClient admin, object wish)
    {
        using var made = await admin.PostAsJsonAsync(Address, wish);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        return await made.JsonAsync();
    }

    private Task<TestNode> StartAsync(Dictionary<string, string?>? values = null) =>
        TestNode.StartAsync(new TestSettings { Directory = _directory, Values = values ?? [] });
}
