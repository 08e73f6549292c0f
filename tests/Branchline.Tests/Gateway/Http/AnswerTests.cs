using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Branchline.Protocol;
using Branchline.Server;
using Branchline.Server.Gateway;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Branchline.Tests.Gateway.Http;

public sealed class AnswerTests
{
    [Fact]
    public async Task A_node_that_can_write_is_healthy_and_says_so_to_anybody()
    {
        await using var node = await TestNode.StartAsync();
        using var client = node.Anonymous();

        Assert.Equal("""{"status":"ok"}""", await client.GetStringAsync("/health"));
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused()
    {
        await using var node = await TestNode.StartAsync(new TestSettings { Values = new() { ["Branchline:MaxBody"] = "2048" } });
        using var admin = node.SignedIn("admin");

        using var answer = await admin.PostAsync("/api/users", Json($$"""{"name":"{{new string('x', 3000)}}"}"""));

        await answer.MustRefuseAsync(HttpStatusCode.RequestEntityTooLarge, ErrorCodes.BodyTooLarge);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"name":7}""")]
    [InlineData("")]
    public async Task A_body_that_is_not_the_expected_json_is_refused_without_a_word_of_the_program(string body)
    {
        await using var node = await TestNode.StartAsync();
        using var admin = node.SignedIn("admin");

        using var answer = await admin.PostAsync("/api/users", Json(body));

        await answer.MustRefuseAsync(HttpStatusCode.BadRequest, ErrorCodes.MalformedJson);
        Assert.DoesNotContain("Exception", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_address_and_a_wrong_method_are_told_apart()
    {
        await using var node = await TestNode.StartAsync();
        using var admin = node.SignedIn("admin");

        using var unknown = await admin.GetAsync("/nothing/here");
        using var wrong = await admin.DeleteAsync("/health");

        await unknown.MustRefuseAsync(HttpStatusCode.NotFound, ErrorCodes.NotFound);
        await wrong.MustRefuseAsync(HttpStatusCode.MethodNotAllowed, ErrorCodes.MethodNotAllowed);
        Assert.Contains("GET", wrong.Content.Headers.Allow);
    }

    [Fact]
    public async Task An_unexpected_failure_is_answered_without_its_cause()
    {
        var context = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
        var edge = new ErrorEdge(_ => throw new InvalidOperationException("the secret cause"), NullLogger<ErrorEdge>.Instance);

        await edge.InvokeAsync(context);

        var body = Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray());
        Assert.Equal(StatusCodes.Status500InternalServerError, context.Response.StatusCode);
        Assert.Contains("\"code\":\"internal\"", body, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Large_answers_are_compressed_and_small_ones_are_not()
    {
        await using var node = await TestNode.StartAsync();
        using var client = node.SignedIn("admin");
        client.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("br"));

        using var large = await client.GetAsync("/sync/schema");
        using var small = await client.GetAsync("/health");

        Assert.Equal("br", Assert.Single(large.Content.Headers.ContentEncoding));
        Assert.Empty(small.Content.Headers.ContentEncoding);
    }

    [Fact]
    public void Every_code_has_a_status_of_its_kind()
    {
        var codes = typeof(ErrorCodes).GetFields().Select(field => (string)field.GetRawConstantValue()!);

        Assert.All(codes, code => Assert.InRange(Problems.StatusOf(code), 400, 503));
        Assert.Equal(503, Problems.StatusOf(ErrorCodes.StoreUnavailable));
        Assert.True(Problems.IsTransient(ErrorCodes.StoreUnavailable));
        Assert.Equal("Row missing", Problems.TitleOf(ErrorCodes.RowMissing));
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
}
