using System.Net;
using System.Net.Http.Json;
using Branchline.Protocol;

namespace Branchline.Tests.Access;

public sealed class SetupTests
{
    [Fact]
    public async Task The_setup_link_makes_the_first_administrator_once()
    {
        await using var node = await TestNode.StartAsync();
        using var client = node.Anonymous();
        var wish = new { token = node.Node.Users.SetupToken(), name = "Ada", email = "ada@test.shop", password = "long enough" };

        using var first = await client.PostAsJsonAsync("/api/setup", wish);
        using var second = await client.PostAsJsonAsync("/api/setup", wish with { email = "eve@test.shop" });

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        var reply = await first.JsonAsync();
        Assert.Equal("admin", reply.GetProperty("user").GetProperty("role").GetString());
        client.DefaultRequestHeaders.Authorization = new("Bearer", reply.GetProperty("token").GetString());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/users")).StatusCode);
        await second.MustRefuseAsync(HttpStatusCode.Unauthorized, ErrorCodes.TokenInvalid);
        Assert.Null(node.Node.Users.SetupToken());
        Assert.Single(node.Node.Users.All);
    }

    [Fact]
    public async Task The_setup_link_is_the_same_after_a_restart()
    {
        var directory = Directory.CreateTempSubdirectory("branchline-").FullName;
        var links = new List<string?>();
        for (var start = 0; start < 2; start++)
        {
            await using var node = await TestNode.StartAsync(new TestSettings { Directory = directory });
            links.Add(node.Node.Users.SetupToken());
        }

        Directory.Delete(directory, recursive: true);
        Assert.NotNull(links[0]);
        Assert.Equal(links[0], links[1]);
    }

    [Fact]
    public async Task Without_the_link_nobody_becomes_administrator()
    {
        await using var node = await TestNode.StartAsync();
        using var client = node.Anonymous();

        using var guessed = await client.PostAsJsonAsync(
            "/api/setup", new { token = "guess", name = "Eve", email = "eve@test.shop", password = "long enough" });

        await guessed.MustRefuseAsync(HttpStatusCode.Unauthorized, ErrorCodes.TokenInvalid);
        Assert.Empty(node.Node.Users.All);
    }

    [Fact]
    public async Task A_short_password_is_refused_with_the_length_it_needs_and_the_link_stays_good()
    {
        await using var node = await TestNode.StartAsync();
        using var client = node.Anonymous();
        var token = node.Node.Users.SetupToken();

        using var answer = await client.PostAsJsonAsync("/api/setup", new { token, name = "Ada", email = "ada@test.shop", password = "short" });

        var problem = await answer.MustRefuseAsync(HttpStatusCode.UnprocessableEntity, ErrorCodes.PasswordTooShort);
        Assert.Equal("password", problem.GetProperty("field").GetString());
        Assert.Contains("8", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(token, node.Node.Users.SetupToken());
    }
}
