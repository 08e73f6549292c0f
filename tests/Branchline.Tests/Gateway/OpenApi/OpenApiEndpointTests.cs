using System.Net;
using Branchline.Tests.Gateway.Tables;

namespace Branchline.Tests.Gateway.OpenApi;

public sealed class OpenApiEndpointTests
{
    [Fact]
    public async Task Whoever_is_signed_in_reads_the_description_once()
    {
        await using var shop = await RestShop.OpenAsync();

        var document = (await shop.Cashier.GetAsJsonAsync("/openapi.json")).Must(HttpStatusCode.OK);
        Assert.Equal(("application/json", "3.1.0"), (document.ContentType, document["openapi"]));
        (await shop.Cashier.GetAsJsonAsync("/openapi.json", ("If-None-Match", document.ETag!))).Must(HttpStatusCode.NotModified);
    }
}
