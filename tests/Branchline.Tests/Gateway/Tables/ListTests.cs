using System.Net;
using System.Text.RegularExpressions;

namespace Branchline.Tests.Gateway.Tables;

public sealed class ListTests
{
    [Theory]
    [InlineData("sort=name")]
    [InlineData("sort=-price,name")]
    [InlineData("sort=brand,-price")]
    [InlineData("sort=-brand&price[gte]=200")]
    [InlineData("sort=-id")]
    [InlineData("sort=tax_rate,-id&fields=name")]
    [InlineData("sort=created_at")]
    [InlineData("search=p&status=active")]
    public async Task Following_the_links_shows_every_row_once_in_order(string query)
    {
        await using var shop = await RestShop.OpenAsync();
        var rows = Enumerable.Range(0, 60).Select(number => new
        {
            name = $"Pack {number:00}",
            price = 100 * (number % 7),
            brand = number % 3 == 0 ? null : $"Brand {number % 4}",
            tax_rate = number % 5 * 2.5,
        });
        (await shop.Manager.PostAsync("/api/products", rows)).Must(HttpStatusCode.Created);
        var whole = (await shop.Manager.GetAsJsonAsync($"/api/products?{query}")).Must(HttpStatusCode.OK);
        Assert.Null(whole.Header("Link"));

        var seen = new List<string>();
        string? path = $"/api/products?{query}&limit=7";
        while (path is not null)
        {
            var page = (await shop.Manager.GetAsJsonAsync(path)).Must(HttpStatusCode.OK);
            Assert.InRange(page.Json.GetArrayLength(), 1, 7);
            seen.AddRange(page.Json.EnumerateArray().Select(row => row.GetRawText()));
            path = NextOf(page);
        }

        Assert.Equal(whole.Json.EnumerateArray().Select(row => row.GetRawText()), seen);
    }

    [Fact]
    public async Task A_list_is_filtered_searched_and_cut()
    {
        await using var shop = await RestShop.OpenAsync();
        object[] rows =
        [
            new { name = "Rice 5 kg", sku = "R5", price = 1250 }, new { name = "Rice 1 kg", sku = "R1", price = 290 },
            new { name = "Salt 100% pure", sku = "S_1", price = 90, status = "archived" },
        ];
        (await shop.Manager.PostAsync("/api/products", rows)).Must(HttpStatusCode.Created);

        async Task<string> Names(string query) =>
            string.Join('|', (await shop.Cashier.GetAsJsonAsync("/api/products?sort=name&" + query)).Must(HttpStatusCode.OK).Column("name"));

        Assert.Equal("Rice 1 kg|Rice 5 kg", await Names("search=RICE"));
        Assert.Equal("Rice 5 kg", await Names("search=rice+R5"));
        Assert.Equal("Salt 100% pure", await Names("search=100%25"));
        Assert.Equal("", await Names("search=1__"));
        Assert.Equal("Salt 100% pure", await Names("status=archived"));
        Assert.Equal("Rice 1 kg|Rice 5 kg", await Names("sku=R1,R5"));
        Assert.Equal("Rice 1 kg", await Names("price[gte]=100&price[lt]=1000"));
        Assert.Equal("Rice 5 kg|Salt 100% pure", await Names("price[ne]=290"));
        Assert.Equal("Rice 1 kg|Rice 5 kg|Salt 100% pure", await Names("category_id=null"));
        Assert.Equal("", await Names("category_id[ne]=null"));

        var cut = await shop.Cashier.GetAsJsonAsync("/api/products?sort=-price&limit=1&fields=name,price");
        Assert.Matches("""^\[\{"id":"[0-9a-f-]{36}","name":"Rice 5 kg","price":1250\}\]$""", cut.Text);
    }

    [Fact]
    public async Task A_long_list_is_answered_a_thousand_rows_at_a_time()
    {
        await using var shop = await RestShop.OpenAsync();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            (await shop.Manager.PostAsync("/api/categories", Enumerable.Range(0, 600).Select(_ => new { name = $"C {NewId.Next()}" }))).Must(HttpStatusCode.Created);
        }

        var first = await shop.Manager.GetAsJsonAsync("/api/categories");
        var second = await shop.Manager.GetAsJsonAsync(NextOf(first)!);

        Assert.Equal((1000, 200), (first.Json.GetArrayLength(), second.Json.GetArrayLength()));
        Assert.Null(NextOf(second));
        Assert.Equal(1200, (await shop.Manager.GetAsJsonAsync("/api/categories?limit=5000")).Json.GetArrayLength());
    }

    [Fact]
    public async Task A_token_in_the_address_does_not_travel_on_in_the_link()
    {
        await using var shop = await RestShop.OpenAsync();
        using var client = shop.Node.Anonymous();
        var token = shop.Node.Token("admin");

        var page = (await client.GetAsJsonAsync($"/api/branches?token={token}&limit=1")).Must(HttpStatusCode.OK);

        Assert.DoesNotContain(token, page.Header("Link"), StringComparison.Ordinal);
    }

    private static string? NextOf(Answer page) =>
        page.Header("Link") is { } link ? Regex.Match(link, "^<(/api/[^>]+)>; rel=\"next\"$").Groups[1].Value : null;
}
