using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Branchline.Tests.Access;

public sealed class SignInTests
{
    [Fact]
    public async Task A_cashier_signs_in_and_is_told_who_they_are()
    {
        await using var node = await TestNode.StartAsync();
        var cashier = node.User("cashier", "0197a1c0-0000-7000-8000-000000000001");
        using var client = node.Anonymous();

        using var login = await client.PostAsJsonAsync("/api/login", new { email = cashier.Email.ToUpperInvariant(), password = TestNode.Password });
        var reply = await login.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
        client.DefaultRequestHeaders.Authorization = new("Bearer", reply.GetProperty("token").GetString());
        var me = await client.GetFromJsonAsync<JsonElement>("/api/me");

        Assert.Equal("cashier", me.GetProperty("user").GetProperty("role").GetString());
        Assert.Equal(
            ["everyone", "branch:0197a1c0-0000-7000-8000-000000000001", "user:" + cashier.Id],
            me.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()));
    }
}
