using System.Net;
using Branchline.Protocol;
using Microsoft.Extensions.FileProviders;

namespace Branchline.Tests.Gateway.Http;

public sealed class WebAppTests : IAsyncLifetime
{
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("branchline-web-");
    private TestNode _node = null!;

    public async ValueTask InitializeAsync()
    {
        _files.CreateSubdirectory("assets");
        await File.WriteAllTextAsync(Path.Combine(_files.FullName, "index.html"), "<!doctype html><title>Shop</title>");
        await File.WriteAllTextAsync(Path.Combine(_files.FullName, "sw.js"), "// service worker");
        await File.WriteAllTextAsync(Path.Combine(_files.FullName, "assets", "app-1a2b3c.js"), new string('x', 4000));
        _node = await TestNode.StartAsync(new TestSettings { WebFiles = new PhysicalFileProvider(_files.FullName) });
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _files.Delete(recursive: true);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/pos")]
    [InlineData("/cashier/pos")]
    [InlineData("/login")]
    [InlineData("/setup?token=abc")]
    public async Task Every_page_address_opens_the_app_for_whoever_asks(string address)
    {
        using var answer = await GetAsync(address, "text/html,*/*");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("<title>Shop</title>", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(answer.Headers.CacheControl!.NoCache);
        Assert.Contains("default-src 'self'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }

    [Theory]
    [InlineData("/api/products")]
    [InlineData("/api/nothing")]
    [InlineData("/sync/schema")]
    public async Task The_nodes_own_addresses_are_not_pages(string address)
    {
        using var answer = await GetAsync(address, "text/html,*/*");

        await answer.MustRefuseAsync(HttpStatusCode.Unauthorized, ErrorCodes.NotSignedIn);
    }

    [Fact]
    public async Task A_missing_script_is_not_answered_with_a_page()
    {
        using var answer = await GetAsync("/assets/gone.js", "*/*");

        Assert.NotEqual(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Hashed_files_are_kept_for_ever_and_the_service_worker_is_asked_for_each_time()
    {
        using var hashed = await GetAsync("/assets/app-1a2b3c.js", "*/*");
        using var worker = await GetAsync("/sw.js", "*/*");

        Assert.Equal("public, max-age=31536000, immutable", hashed.Headers.CacheControl!.ToString());
        Assert.True(worker.Headers.CacheControl!.NoCache);
        Assert.Equal("text/javascript", worker.Content.Headers.ContentType!.MediaType);
    }

    private async Task<HttpResponseMessage> GetAsync(string address, string accept)
    {
        using var client = _node.Anonymous();
        client.DefaultRequestHeaders.Add("Accept", accept);
        return await client.GetAsync(address);
    }
}
