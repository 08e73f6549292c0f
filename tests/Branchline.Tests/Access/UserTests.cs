using System.Net;
using System.Net.Http.Json;
using Branchline.Protocol;
using Branchline.Server.Access;

namespace Branchline.Tests.Access;

public sealed class UserTests
{
    [Theory]
    [InlineData("manager")]
    [InlineData("cashier")]
    [InlineData("releasing")]
    public async Task Only_an_administrator_sees_or_changes_the_people(string role)
    {
        await using var node = await TestNode.StartAsync();
        using var client = node.SignedIn(role);

        using var list = await client.GetAsync("/api/users");
        using var create = await client.PostAsJsonAsync("/api/users", Wish("eve@test.shop"));

        await list.MustRefuseAsync(HttpStatusCode.Forbidden, ErrorCodes.AccessDenied);
        await create.MustRefuseAsync(HttpStatusCode.Forbidden, ErrorCodes.AccessDenied);
        Assert.Single(node.Node.Users.All);
    }

    [Fact]
    public async Task An_administrator_lets_somebody_in_changes_and_disables_them()
    {
        await using var node = await TestNode.StartAsync();
        using var admin = node.SignedIn("admin");

        using var created = await admin.PostAsJsonAsync("/api/users", Wish("clara@test.shop"));
        var id = (await created.JsonAsync()).GetProperty("id").GetString();
        using var changed = await admin.PutAsJsonAsync($"/api/users/{id}", new { role = "manager", name = "Clara J" });
        using var disabled = await admin.PutAsJsonAsync($"/api/users/{id}", new { disabled = true });
        using var list = await admin.GetAsync("/api/users");

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        var clara = (await list.JsonAsync()).EnumerateArray().Single(user => user.GetProperty("id").GetString() == id);
        Assert.Equal("manager", clara.GetProperty("role").GetString());
        Assert.Equal("Clara J", clara.GetProperty("name").GetString());
        Assert.True(clara.GetProperty("disabled").GetBoolean());
        Assert.False(clara.TryGetProperty("password", out _));
    }

    [Theory]
    [InlineData("name", "", ErrorCodes.Required, 422)]
    [InlineData("email", "no address", ErrorCodes.WrongType, 422)]
    [InlineData("email", "ADMIN@TEST.SHOP", ErrorCodes.UniqueClash, 409)]
    [InlineData("role", "boss", ErrorCodes.NotInEnum, 422)]
    [InlineData("password", "1234567", ErrorCodes.PasswordTooShort, 422)]
    public async Task A_wrong_wish_names_the_field_and_makes_nobody(string field, string value, string code, int status)
    {
        await using var node = await TestNode.StartAsync();
        using var admin = node.SignedIn("admin");
        var wish = new Dictionary<string, string>
        {
            ["name"] = "Clara", ["email"] = "clara@test.shop", ["role"] = "cashier", ["password"] = "long enough", [field] = value,
        };

        using var answer = await admin.PostAsJsonAsync("/api/users", wish);

        var problem = await answer.MustRefuseAsync((HttpStatusCode)status, code);
        Assert.Equal(field, problem.GetProperty("field").GetString());
        Assert.Single(node.Node.Users.All);
    }

    [Fact]
    public async Task A_branch_that_does_not_exist_is_refused()
    {
        await using var node = await TestNode.StartAsync();
        using var admin = node.SignedIn("admin");

        using var answer = await admin.PutAsJsonAsync(
            "/api/users/" + node.User("cashier").Id, new { branches = new[] { "0197a1c0-0000-7000-8000-000000000009" } });

        await answer.MustRefuseAsync(HttpStatusCode.UnprocessableEntity, ErrorCodes.BrokenReference);
    }

    [Fact]
    public async Task The_last_administrator_can_neither_leave_nor_be_disabled()
    {
        await using var node = await TestNode.StartAsync();
        using var admin = node.SignedIn("admin");
        var id = node.User("admin").Id;

        using var demoted = await admin.PutAsJsonAsync($"/api/users/{id}", new { role = "cashier" });
        using var disabled = await admin.PutAsJsonAsync($"/api/users/{id}", new { disabled = true });

        await demoted.MustRefuseAsync(HttpStatusCode.UnprocessableEntity, ErrorCodes.RuleViolated);
        await disabled.MustRefuseAsync(HttpStatusCode.UnprocessableEntity, ErrorCodes.RuleViolated);
    }

    [Fact]
    public async Task Two_administrators_asked_for_at_once_with_one_email_become_one()
    {
        await using var node = await TestNode.StartAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => Task.Run(() =>
            node.Node.Users.Create(new NewUser($"Ada {number}", number % 2 == 0 ? "ada@test.shop" : "ADA@test.shop", Roles.Admin, "long enough")))));

        Assert.Single(outcomes.OfType<UserOutcome.Saved>());
        Assert.Single(node.Node.Users.All);
    }

    private static object Wish(string email) => new { name = "Clara", email, role = "cashier", password = "long enough", branches = Array.Empty<string>() };
}
