using System.Net;

namespace Branchline.Tests.Gateway.Tables;

public sealed class OtherOriginTests
{
    private const string Known = "https://shop.example";

    [Fact]
    public async Task A_page_of_a_configured_origin_may_call_with_the_persons_session_and_read_the_headers()
    {
        await using var shop = await RestShop.OpenAsync(new TestSettings { Values = new() { ["Branchline:Access:Origins:0"] = Known } });

        var asked = await shop.Node.Anonymous().CallAsync(
            "OPTIONS", "/api/clients", null,
            ("Origin", Known), ("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "if-match,idempotency-key,content-type"));
        asked.Must(HttpStatusCode.NoContent);
        Assert.Equal((Known, "true"), (asked.Header("Access-Control-Allow-Origin"), asked.Header("Access-Control-Allow-Credentials")));

        var list = (await shop.Manager.GetAsJsonAsync("/api/clients", ("Origin", Known))).Must(HttpStatusCode.OK);
        Assert.Equal(Known, list.Header("Access-Control-Allow-Origin"));
        Assert.Contains("ETag", list.Header("Access-Control-Expose-Headers"), StringComparison.Ordinal);
        Assert.Contains("Link", list.Header("Access-Control-Expose-Headers"), StringComparison.Ordinal);

        var refused = await shop.Manager.PostAsync("/api/clients", "{", ("Origin", Known));
        Assert.Equal((HttpStatusCode.BadRequest, Known), (refused.Status, refused.Header("Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task A_page_of_any_other_origin_is_told_nothing()
    {
        await using var shop = await RestShop.OpenAsync(new TestSettings { Values = new() { ["Branchline:Access:Origins:0"] = Known } });
        await using var plain = await RestShop.OpenAsync();

        foreach (var client in new[] { shop.Manager, plain.Manager })
        {
            Assert.Null((await client.GetAsJsonAsync("/api/clients", ("Origin", "https://evil.example"))).Header("Access-Control-Allow-Origin"));
        }
    }
}
