using System.Net.Http.Headers;
using System.Text;
using Branchline.Tests.Replication.Hostile;

namespace Branchline.Tests.Gateway.MasterSlave;

/// <summary>A slave that sends what it likes: it is answered in order, and what it may not see it is not told.</summary>
[Trait("Kind", Soak.Kind)]
public sealed class HostileSlaveTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private const int Messages = 500;
    private const string Secret = "Amina of another branch";

    private static readonly string[] Queries =
        ["tables[]", "tables", "last_synced_at", "since", "timestamp", "synced_at", "limit", "page", "per_page", "device_id"];

    [Fact]
    public async Task Whatever_a_slave_says_it_is_answered_in_order_and_told_nothing_of_others()
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        using var slave = shop.Signed("evil", shop.OtherBranch);
        var client = await shop.ClientAsync(Secret);
        var product = await shop.PriceAsync("Rice 5 kg", 1250);
        string[] known = [client.ToString(), product.ToString(), shop.Branch.ToString(), shop.OtherBranch.ToString(), "clients", "products", "create", "update", "delete", "name", "2026-11-28 09:00:00"];
        var (upload, acknowledge) = (
            $$$"""
            {"records":[{"id":7,"table":"products","action":"create","data":{"id":7,"name":"Oats","price":310,"created_at":"2026-01-01 08:00:00","updated_at":"2026-01-01 08:00:00"}},
            {"id":"{{{product}}}","table":"products","action":"update","data":{"price":1300}},
            {"id":"{{{client}}}","table":"clients","action":"update","data":{"name":"Mine"}},
            {"id":8,"table":"inventory_adjustments","action":"create","data":{"product_id":7,"branch_id":"{{{shop.OtherBranch}}}","kind":"in","quantity":5}}]}
            """,
            $$$"""{"synced_at":"2026-11-28 09:00:00","ids":{"products":[7,"{{{product}}}"]},"records":[{"id":7,"table":"products"}],"tables":["products","clients"]}""");
        await Soak.RepeatAsync(async round =>
        {
            var random = new System.Random(round);
            var mutator = new JsonMutator(random, known);
            for (var number = 0; number < Messages; number++)
            {
                var (path, body) = random.Next(5) switch
                {
                    0 => ("/api/sync/acknowledge", mutator.Mutate(acknowledge)),
                    1 => ("/api/sync/download?" + Query(random, known), null),
                    _ => ("/api/sync/upload", mutator.Mutate(upload)),
                };
                await AskAsync(slave, path, body, $"round {round}, message {number}");
            }

            Assert.Equal(Secret, (await shop.RowsAsync("clients")).Single(row => row.GetProperty("id").GetString() == client.ToString()).GetProperty("name").GetString());
        });

        using var other = shop.Slave("after");
        other.Create("products", new System.Text.Json.Nodes.JsonObject { ["name"] = "Barley", ["price"] = 100 });
        await other.SyncAsync();
        Assert.Contains(await shop.RowsAsync("products"), row => row.GetProperty("name").GetString() == "Barley");
    }

    private static async Task AskAsync(HttpClient slave, string path, string? body, string where)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        using var response = await slave.SendAsync(request, TestContext.Current.CancellationToken);
        var answer = new RawAnswer((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        var because = $"{where}, {path} {body?[..Math.Min(body.Length, 1500)]}";
        answer.MustBeSound(because);
        Assert.False(answer.Text.Contains(Secret, StringComparison.Ordinal), because);
    }

    private static string Query(System.Random random, string[] known) => string.Join('&', Enumerable.Range(0, random.Next(4)).Select(_ =>
        $"{Queries[random.Next(Queries.Length)]}={Uri.EscapeDataString(random.Next(6) switch
        {
            0 => "",
            1 => "-1",
            2 => "99999999999999999999",
            3 => "9999-12-31T23:59:59.999Z",
            4 => new string('x', random.Next(1, 3000)),
            _ => known[random.Next(known.Length)],
        })}"));
}
