using System.Net;
using System.Text;
using Branchline.Protocol;

namespace Branchline.Tests.Gateway.Http;

public sealed class WrongCallTests
{
    [Theory]
    [InlineData("DELETE", "/api/users", "GET, POST")]
    [InlineData("PATCH", "/api/users", "GET, POST")]
    [InlineData("GET", "/api/users/0197a1c0-0000-7000-8000-0000000000ff", "PUT")]
    [InlineData("DELETE", "/api/users/0197a1c0-0000-7000-8000-0000000000ff", "PUT")]
    [InlineData("POST", "/api/me", "GET")]
    [InlineData("PUT", "/api/me", "GET")]
    [InlineData("GET", "/api/logout", "POST")]
    [InlineData("GET", "/api/login", "POST")]
    [InlineData("DELETE", "/api/login", "POST")]
    [InlineData("GET", "/api/setup", "POST")]
    public async Task A_wrong_method_is_told_which_ones_are_right(string method, string path, string allowed)
    {
        await using var node = await TestNode.StartAsync();
        using var admin = node.SignedIn("admin");

        using var answer = await admin.SendAsync(new HttpRequestMessage(new HttpMethod(method), path) { Content = Body("{}", "application/json") });

        await answer.MustRefuseAsync(HttpStatusCode.MethodNotAllowed, ErrorCodes.MethodNotAllowed);
        Assert.Equal(allowed, string.Join(", ", answer.Content.Headers.Allow));
    }

    [Theory]
    [InlineData("POST", "/api/users")]
    [InlineData("PUT", "/api/users/0197a1c0-0000-7000-8000-0000000000ff")]
    [InlineData("POST", "/api/login")]
    [InlineData("POST", "/api/setup")]
    public async Task A_body_that_is_no_json_is_told_so(string method, string path)
    {
        await using var node = await TestNode.StartAsync();
        using var admin = node.SignedIn("admin");

        using var answer = await admin.SendAsync(new HttpRequestMessage(new HttpMethod(method), path) { Content = Body("name=Ana", "text/plain") });

        await answer.MustRefuseAsync(HttpStatusCode.UnsupportedMediaType, ErrorCodes.UnsupportedMediaType);
    }

    [Fact]
    public async Task Whoever_signs_in_in_a_wrong_way_needs_no_sign_in_to_be_told_so()
    {
        await using var node = await TestNode.StartAsync();
        using var client = node.Anonymous();

        using var wrong = await client.GetAsync("/api/login");
        using var closed = await client.DeleteAsync("/api/users");

        await wrong.MustRefuseAsync(HttpStatusCode.MethodNotAllowed, ErrorCodes.MethodNotAllowed);
        await closed.MustRefuseAsync(HttpStatusCode.Unauthorized, ErrorCodes.NotSignedIn);
    }

    [Fact]
    public async Task A_table_that_does_not_exist_is_still_no_table()
    {
        await using var node = await TestNode.StartAsync();
        using var admin = node.SignedIn("admin");

        using var answer = await admin.DeleteAsync("/api/unicorns?id=7");

        await answer.MustRefuseAsync(HttpStatusCode.NotFound, ErrorCodes.UnknownTable);
    }

    private static StringContent Body(string text, string type) => new(text, Encoding.UTF8, type);
}
