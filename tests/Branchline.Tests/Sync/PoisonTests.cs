using System.Net;
using System.Net.Http.Json;
using Branchline.Protocol;
using Branchline.Server.Mutations;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Tests.Sync;

public sealed class PoisonTests
{
    [Fact]
    public async Task A_mutation_on_which_the_node_fails_again_and_again_is_parked_and_the_queue_goes_on()
    {
        await using var node = await StartAsync();
        var device = new TestDevice(node.SignedIn("manager"), "till-1");
        Mutation[] batch = [Category(device, "Grain"), Category(device, "Boom"), Category(device, "Oil")];

        for (var attempt = 1; attempt < 5; attempt++)
        {
            Assert.IsType<MutationOutcome.Applied>(Assert.Single((await device.SendAsync(batch)).Outcomes));
        }

        var last = (await device.SendAsync(batch)).Outcomes;
        Assert.Equal(ErrorCodes.Parked, Assert.IsType<MutationOutcome.Rejected>(last[1]).Code);
        Assert.IsType<MutationOutcome.Applied>(last[2]);
        Assert.Equal(2, (await device.ChangesAsync("everyone")).Count);
        using var database = Database.Open(Path.Combine(node.Directory, "branchline.db"), readOnly: true);
        Assert.Contains("Boom", database.Scalar("SELECT payload FROM _tray"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rest_call_on_which_the_node_fails_disturbs_nobody_else()
    {
        await using var node = await StartAsync();
        var client = node.SignedIn("manager");
        var device = new TestDevice(client, "till-1");

        var failing = client.PostAsJsonAsync("/api/categories", new { name = "Boom" });
        await device.SendAsync(Category(device, "Grain"));
        using var failed = await failing;

        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        Assert.Contains("\"code\":\"internal\"", await failed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Single(await device.ChangesAsync("everyone"));
    }

    [Fact]
    public async Task A_ledger_entry_that_comes_again_under_another_mutation_counts_once()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("cashier", shop.North);
        var entry = shop.Move("in", 10);
        await till.ApplyAsync(entry);

        await till.ApplyAsync(entry);

        Assert.Equal(10, await Shop.OnHandAsync(till, shop.NorthScope));
    }

    private static Mutation Category(TestDevice device, string name) =>
        device.Mutation(Write.Insert("categories", NewId.Next(), ("name", FieldValue.Of(name))));

    private static Task<TestNode> StartAsync() => TestNode.StartAsync(new TestSettings { Rules = [new FailingRule()] });

    /// <summary>A rule with a bug.</summary>
    private sealed class FailingRule : Rule
    {
        public override IReadOnlyList<string> Tables => ["categories"];

        public override IEnumerable<Objection> Check(RuleContext context) =>
            context.Writes.Any(write => write.Fields["name"].AsText == "Boom")
                ? throw new InvalidOperationException("A bug in a rule")
                : [];
    }
}
