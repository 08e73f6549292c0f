using Branchline.Merchant;
using Branchline.Protocol;
using Branchline.Server.Mutations;
using Branchline.Server.Mutations.Branches;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Replication;

/// <summary>A mutation on which head office fails: it is parked for a person there, kept in the branch, and stops nothing behind it.</summary>
public sealed class PoisonLaneTests
{
    [Theory]
    [InlineData("sales")]
    [InlineData("prices")]
    [InlineData("master-data")]
    public async Task A_mutation_that_head_office_fails_on_stops_nothing_behind_it_nor_in_another_lane(string lane)
    {
        await using var chain = await Chain.OpenAsync(new TestSettings { Rules = [.. MerchantRules.All, new FailingRule()] });
        var north = await chain.JoinAsync("North");
        Assert.Equal(lane, new Lanes(chain.Schema).Of(Poison(lane, chain, north, NewId.Next()).Table));
        var (poison, sale, client) = (NewId.Next(), NewId.Next(), NewId.Next());
        await Chain.WriteAsync(north.Node, "till-north", Poison(lane, chain, north, poison));
        await Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(chain.Product, north.Id, "sale", -3) with { Id = sale });
        await Chain.WriteAsync(north.Node, "till-north", Write.Insert("clients", client, ("name", FieldValue.Of("Amina")), ("branch_id", FieldValue.Of(north.Id.ToString()))));
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));

        for (var round = 0; round < 8; round++)
        {
            await north.RoundAsync();
        }

        Assert.NotNull(await Chain.RowAsync(chain.Master, "inventory_adjustments", sale));
        Assert.NotNull(await Chain.RowAsync(chain.Master, "clients", client));
        Assert.Equal(1300, (await Chain.FieldAsync(chain.Master, "products", chain.Product, "price")).AsInteger);
        Assert.NotNull(await Chain.RowAsync(north.Node, Poison(lane, chain, north, poison).Table, poison));
        using var office = chain.Master.SignedIn("admin");
        Assert.Contains("parked", await (await office.GetAsync("/api/tray", TestContext.Current.CancellationToken)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using var branch = north.Node.SignedIn("admin");
        var lanes = (await (await branch.GetAsync("/api/sync/status", TestContext.Current.CancellationToken)).JsonAsync()).GetProperty("masters")[0].GetProperty("lanes");
        Assert.Equal(1, lanes.EnumerateArray().Single(one => one.GetProperty("name").GetString() == lane).GetProperty("held").GetInt64());
    }

    private static RowWrite Poison(string lane, Chain chain, ChainBranch north, Guid id) => lane switch
    {
        "sales" => BranchTests.Movement(chain.Product, north.Id, "in", 666) with { Id = id },
        "prices" => Write.Insert("products", id, ("name", FieldValue.Of("Poison")), ("price", FieldValue.Of(666))),
        _ => Write.Insert("clients", id, ("name", FieldValue.Of("Poison")), ("branch_id", FieldValue.Of(north.Id.ToString()))),
    };

    private sealed class FailingRule : Rule
    {
        public override IReadOnlyList<string> Tables => ["inventory_adjustments", "products", "clients"];

        public override IEnumerable<Objection> Check(RuleContext context) =>
            context.Writes.Any(write => write.Fields.GetValueOrDefault("name").AsText == "Poison" || write.Fields.GetValueOrDefault("quantity").AsInteger == 666)
                ? throw new InvalidOperationException("planted") : [];
    }
}
