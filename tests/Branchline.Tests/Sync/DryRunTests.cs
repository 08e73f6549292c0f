using System.Net;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Mutations;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Sync;

public sealed class DryRunTests
{
    [Fact]
    public async Task A_dry_run_answers_what_the_push_will_answer_and_leaves_no_trace()
    {
        await using var shop = await Shop.OpenAsync();
        TestDevice other = shop.Device("manager", shop.North), till = shop.Device("manager", shop.North);
        await till.ApplyAsync(shop.Move("in", 10));
        await other.SendAsync(other.Mutation(Price(shop.Product, 1300)) with { At = other.Stamp(other.Stamp().Milliseconds + 60_000) });
        Mutation[] batch = [.. Batch(shop, till)];
        var before = Stored.Everything(shop.Node);

        var rehearsed = await till.RehearseAsync(batch);

        Assert.Equal(before, Stored.Everything(shop.Node));
        Assert.Equal(
            ["Applied", "Applied", "Rejected", "Merged", "Applied", "Rejected", "Applied"], rehearsed.Outcomes.Select(outcome => outcome.GetType().Name));
        Assert.Equal(till.Incarnation, rehearsed.Incarnation);
        Assert.Equal(Words(rehearsed), Words(await till.SendAsync(batch)));
        Assert.Equal("2", Stored.Scalar(shop.Node, "SELECT COUNT(*) FROM _conflicts"));
        Assert.Equal("2", Stored.Scalar(shop.Node, "SELECT COUNT(*) FROM _tray"));
    }

    [Fact]
    public async Task A_dry_run_of_what_was_answered_answers_the_same_again()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("manager", shop.North);
        var mutation = till.Mutation(Price(shop.Product, 1300));
        var first = await till.SendAsync(mutation);
        var renumbered = mutation with { N = 2 };
        var before = Stored.Everything(shop.Node);

        Assert.Equal(Words(first), Words(await till.RehearseAsync(mutation)));
        Assert.IsType<MutationOutcome.AlreadyApplied>(Assert.Single((await till.RehearseAsync(renumbered)).Outcomes));
        Assert.Equal(before, Stored.Everything(shop.Node));
    }

    [Fact]
    public async Task Nobody_hears_of_a_dry_run()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("manager", shop.North);
        var epoch = (await till.PullAsync([])).Epoch;
        await using var listener = await LiveDevice.ConnectAsync(shop.Node, shop.Node.Token("manager", shop.North.ToString()));
        await listener.SendAsync($$"""{"type":"hello","device":"listener","cursors":{ "everyone": "{{epoch}}.3" } }""");
        Assert.Equal("welcome", (string?)(await listener.ReceiveAsync())!["type"]);
        Assert.Empty((await listener.ReceiveAsync())!["changes"]!.AsArray());

        await till.RehearseAsync(till.Mutation(Price(shop.Product, 1)));
        till.N = 0;
        await till.ApplyAsync(Price(shop.Product, 1400));

        var page = (await listener.ReceiveAsync())!;
        Assert.Equal($"{epoch}.3", (string?)page["from"]);
        Assert.Equal(1400, (int)Assert.Single(page["changes"]!.AsArray())!["fields"]!["price"]!);
    }

    [Fact]
    public async Task The_clock_of_a_dry_run_is_not_the_nodes()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("manager", shop.North);
        var clock = shop.Node.Services.GetRequiredService<NodeClock>();
        var before = clock.Latest;

        var near = till.Mutation(Price(shop.Product, 1)) with { At = till.Stamp(till.Stamp().Milliseconds + 200_000) };
        var far = till.Mutation(Price(shop.Product, 2)) with { At = till.Stamp(till.Stamp().Milliseconds + 86_400_000) };
        var rehearsed = await till.RehearseAsync(near, far);

        Assert.All(rehearsed.Outcomes, outcome => Assert.IsType<MutationOutcome.Applied>(outcome));
        Assert.Equal(before, clock.Latest);
    }

    [Fact]
    public async Task A_dry_run_is_refused_as_the_push_would_be()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("manager", shop.North);
        await till.ApplyAsync(Price(shop.Product, 1300));
        var before = Stored.Everything(shop.Node);

        using var gap = await till.TryRehearseAsync("true", till.Mutation(Price(shop.Product, 1)) with { N = 7 });
        (till.N, till.Incarnation) = (1, "another");
        using var cloned = await till.TryRehearseAsync("true", till.Mutation(Price(shop.Product, 1)));

        await gap.MustRefuseAsync(HttpStatusCode.Conflict, ErrorCodes.NumberGap);
        await cloned.MustRefuseAsync(HttpStatusCode.Conflict, ErrorCodes.DeviceCloned);
        Assert.Equal(before, Stored.Everything(shop.Node));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("false")]
    [InlineData("yes")]
    [InlineData("1&dryRun=1")]
    public async Task What_may_mean_a_dry_run_and_may_not_is_refused(string value)
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("manager", shop.North);
        var before = Stored.Everything(shop.Node);

        using var answer = await till.TryRehearseAsync(value, till.Mutation(Price(shop.Product, 1)));

        var problem = await answer.MustRefuseAsync(HttpStatusCode.BadRequest, ErrorCodes.ParameterInvalid);
        Assert.Equal("dryRun", problem.GetProperty("field").GetString());
        Assert.Equal(before, Stored.Everything(shop.Node));
    }

    [Fact]
    public async Task Dry_runs_on_which_the_node_fails_do_not_park_anything()
    {
        await using var node = await TestNode.StartAsync(new TestSettings { Rules = [new FailingRule()] });
        var device = new TestDevice(node.SignedIn("manager"), "till-1");
        Mutation[] batch = [Category(device, "Grain"), Category(device, "Boom"), Category(device, "Oil")];

        for (var attempt = 0; attempt < 7; attempt++)
        {
            Assert.IsType<MutationOutcome.Applied>(Assert.Single((await device.RehearseAsync(batch)).Outcomes));
        }

        Assert.Single((await device.SendAsync(batch)).Outcomes);
        Assert.Equal("0", Stored.Scalar(node, "SELECT COUNT(*) FROM _tray"));
    }

    /// <summary>Each kind of outcome, and mutations that need those before them.</summary>
    private static IEnumerable<Mutation> Batch(Shop shop, TestDevice till)
    {
        var product = NewId.Next();
        yield return till.Mutation(Write.Insert(
            "products", product, ("name", FieldValue.Of("Salt")), ("price", FieldValue.Of(90)), ("sku", FieldValue.Of("S-1"))));
        yield return till.Mutation(Price(product, 95));
        yield return till.Mutation(Write.Update("products", product, ("colour", FieldValue.Of("white"))));
        yield return till.Mutation(Price(shop.Product, 1200));
        yield return till.Mutation(shop.Move("sale", -2));
        yield return till.Mutation(Write.Update("products", NewId.Next(), ("price", FieldValue.Of(1))));
        yield return till.Mutation(Write.Delete("products", product));
    }

    private static List<string> Words(PushReply reply) =>
        [.. reply.Outcomes.Select(outcome => JsonSerializer.Serialize(outcome, ProtocolJson.Default.MutationOutcome))];

    private static RowWrite Price(Guid product, long price) => Write.Update("products", product, ("price", FieldValue.Of(price)));

    private static Mutation Category(TestDevice device, string name) =>
        device.Mutation(Write.Insert("categories", NewId.Next(), ("name", FieldValue.Of(name))));

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
