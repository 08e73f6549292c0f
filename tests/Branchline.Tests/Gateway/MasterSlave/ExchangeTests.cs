using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Branchline.Server.Replication.MasterSlave;

namespace Branchline.Tests.Gateway.MasterSlave;

/// <summary>The exchange in protocol/master-slave, word for word; a star stands for whatever is there.</summary>
public sealed class ExchangeTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private static JsonArray Exchange => JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "protocol/master-slave/exchange.json")))!.AsArray();

    [Fact]
    public async Task The_recorded_exchange_is_answered_as_recorded()
    {
        using var shop = await SlaveShop.OpenAsync(shared.Node);
        using var slave = shop.Signed("north");
        foreach (var step in Exchange)
        {
            var ask = ((string)step!["ask"]!).Split(' ');
            var response = ask[0] == "GET"
                ? await slave.GetAsync(ask[1], TestContext.Current.CancellationToken)
                : await slave.PostAsJsonAsync(ask[1], step["body"], TestContext.Current.CancellationToken);
            var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

            Cover(answer, step["answer"]!);
            Assert.Equal(step["answer"]!.ToJsonString(), answer.ToJsonString());
        }
    }

    [Fact]
    public void This_node_as_a_slave_reads_the_same_answers()
    {
        var upload = Answer(0);
        Assert.Equal([1, 2], ForeignVerdict.Read(new ForeignReply(System.Net.HttpStatusCode.OK, upload), [("clients", "17"), ("clients", "18"), ("clients", "19")])!.Keys);

        var page = ForeignPage.Read(Answer(1))!;
        var record = Assert.Single(page.Records);
        Assert.Equal(("clients", "17", false), (record.Table, record.Id, record.IsDelete));
        Assert.True(Assert.Single(ForeignPage.Read(Answer(4))!.Records).IsDelete);
    }

    private static JsonElement Answer(int step) => JsonDocument.Parse(Exchange[step]!["answer"]!.ToJsonString()).RootElement;

    private static void Cover(JsonNode? told, JsonNode? expected)
    {
        switch (told, expected)
        {
            case (JsonObject one, JsonObject other):
                foreach (var (name, value) in other)
                {
                    if (one.ContainsKey(name) && value is JsonValue && value.GetValueKind() == JsonValueKind.String && (string?)value == "*")
                    {
                        one[name] = "*";
                    }
                    else if (one.ContainsKey(name))
                    {
                        Cover(one[name], value);
                    }
                }

                break;
            case (JsonArray one, JsonArray other):
                for (var i = 0; i < Math.Min(one.Count, other.Count); i++)
                {
                    Cover(one[i], other[i]);
                }

                break;
        }
    }
}
