using System.Net;
using Branchline.Protocol;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Access;

public sealed class ClosedByDefaultTests
{
    // Each of these is open for a reason; whoever adds one says the reason in its own stage.
    private static readonly string[] Open =
    [
        "/health", "/api/login", "/login", "/api/setup", "/broadcasting/auth", "/pusher/auth", "/broadcasting/user-auth", "/pusher/user-auth", "/app/{key}", "/ws", "/events",
        "/branch/push", "/branch/pull", "/branch/rows", "/branch/states", "/branch/wait", "/branch/report", "/branch/join", "/branch/rotate",
    ];

    [Fact]
    public async Task Every_address_is_closed_but_those_that_must_be_open()
    {
        await using var node = await TestNode.StartAsync();

        var open = node.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))
            .Distinct();

        Assert.Empty(open.Except(Open));
    }

    [Theory]
    [InlineData("/api/me")]
    [InlineData("/api/users")]
    [InlineData("/api/products")]
    [InlineData("/sync/schema")]
    [InlineData("/sync/snapshot?scope=everyone")]
    [InlineData("/openapi.json")]
    [InlineData("/nothing/here")]
    public async Task Whoever_is_not_signed_in_reads_nothing_not_even_whether_it_exists(string address)
    {
        await using var node = await TestNode.StartAsync();
        using var client = node.Anonymous();

        using var answer = await client.GetAsync(address);

        await answer.MustRefuseAsync(HttpStatusCode.Unauthorized, ErrorCodes.NotSignedIn);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
    }
}
