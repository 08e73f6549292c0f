using System.Net.Http.Json;
using Branchline.Protocol;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Replication;

/// <summary>What people did to the same things in several places while the lines were down.</summary>
public sealed class AgreementTests
{
    private static readonly string[] Acts = ["sale", "refund", "count"];

    [Fact]
    public async Task A_name_that_three_branches_gave_offline_is_the_last_one_everywhere()
    {
        await using var chain = await Chain.OpenAsync();
        ChainBranch[] branches = [await chain.JoinAsync("North"), await chain.JoinAsync("South"), await chain.JoinAsync("Harbour")];
        foreach (var (branch, name) in branches.Zip(["Rice A", "Rice B", "Rice C"]))
        {
            await Chain.WriteAsync(branch.Node, "till-" + branch.Link, Write.Update("products", chain.Product, ("name", FieldValue.Of(name))));
            await PassAsync();
        }

        await SettleAsync([.. Enumerable.Reverse(branches)]);

        foreach (var node in branches.Select(branch => branch.Node).Append(chain.Master))
        {
            Assert.Equal("Rice C", (await Chain.FieldAsync(node, "products", chain.Product, "name")).AsText);
        }
    }

    [Fact]
    public async Task Two_branches_that_enter_the_same_SKU_offline_keep_both_products_and_head_office_is_told()
    {
        await using var chain = await Chain.OpenAsync();
        var (north, south) = (await chain.JoinAsync("North"), await chain.JoinAsync("South"));
        var (first, second) = (NewId.Next(), NewId.Next());
        await Chain.WriteAsync(north.Node, "till-north", Write.Insert("products", first, ("name", FieldValue.Of("Oil")), ("price", FieldValue.Of(100)), ("sku", FieldValue.Of("OIL-1"))));
        await Chain.WriteAsync(south.Node, "till-south", Write.Insert("products", second, ("name", FieldValue.Of("Olive oil")), ("price", FieldValue.Of(900)), ("sku", FieldValue.Of("OIL-1"))));

        await SettleAsync(north, south);

        foreach (var id in new[] { first, second })
        {
            var name = (await Chain.FieldAsync(chain.Master, "products", id, "name")).AsText;
            Assert.NotNull(name);
            Assert.Equal(name, (await Chain.FieldAsync(north.Node, "products", id, "name")).AsText);
            Assert.Equal(name, (await Chain.FieldAsync(south.Node, "products", id, "name")).AsText);
            Assert.Equal(await Chain.FieldAsync(chain.Master, "products", id, "sku"), await Chain.FieldAsync(north.Node, "products", id, "sku"));
            Assert.Equal(await Chain.FieldAsync(chain.Master, "products", id, "sku"), await Chain.FieldAsync(south.Node, "products", id, "sku"));
        }

        using var office = chain.Master.SignedIn("admin");
        var flags = await (await office.GetAsync("/api/flags", TestContext.Current.CancellationToken)).JsonAsync();
        Assert.Contains("sku", flags.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sale_a_refund_and_a_count_come_to_one_stock_in_every_order()
    {
        await using var chain = await Chain.OpenAsync();
        var (north, south) = (await chain.JoinAsync("North"), await chain.JoinAsync("South"));
        foreach (var order in Orders(Acts))
        {
            foreach (var arrival in new ChainBranch[][] { [north, south], [south, north] })
            {
                var product = NewId.Next();
                await Chain.WriteAsync(
                    chain.Master, "office", Write.Insert("products", product, ("name", FieldValue.Of($"P {product}")), ("price", FieldValue.Of(100))));
                await SettleAsync(north, south);
                foreach (var act in order)
                {
                    await DoAsync(act, chain, north, product);
                    await PassAsync();
                }

                await SettleAsync(arrival);

                // The count says what lies there; what was sold and brought back before it is in it.
                var expected = 20 + order.SkipWhile(act => act != "count").Sum(act => act switch { "sale" => -3, "refund" => 1, _ => 0 });
                var because = $"{string.Join(", ", order)}: ";
                foreach (var node in new[] { chain.Master, north.Node })
                {
                    Assert.Equal(because + expected, because + await BranchTests.OnHandAsync(node, product, north.Id));
                }
            }
        }
    }

    [Fact]
    public async Task A_branch_that_is_renamed_goes_on_under_its_new_name()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        await Chain.WriteAsync(chain.Master, "office", Write.Update("branches", north.Id, ("name", FieldValue.Of("Old Town"))));
        await Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(chain.Product, north.Id, "sale", -3));

        await north.SyncAsync();

        Assert.Equal("Old Town", (await Chain.FieldAsync(north.Node, "branches", north.Id, "name")).AsText);
        Assert.Equal(-3, await BranchTests.OnHandAsync(chain.Master, chain.Product, north.Id));
    }

    // The sale in the branch, the refund at head office for it, the count in the branch.
    private static Task<MutationOutcome> DoAsync(string act, Chain chain, ChainBranch north, Guid product) => act switch
    {
        "sale" => Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(product, north.Id, "sale", -3)),
        "refund" => Chain.WriteAsync(chain.Master, "office", BranchTests.Movement(product, north.Id, "refund", 1)),
        _ => Chain.WriteAsync(north.Node, "till-count", BranchTests.Movement(product, north.Id, "count", 20)),
    };

    private static async Task SettleAsync(params ChainBranch[] branches)
    {
        foreach (var branch in branches.Concat(branches))
        {
            await branch.SyncAsync();
        }
    }

    // So that each is later than the one before by every clock.
    private static Task PassAsync() => Task.Delay(TimeSpan.FromMilliseconds(3), TimeProvider.System, TestContext.Current.CancellationToken);

    private static IEnumerable<string[]> Orders(string[] of) => of.Length <= 1
        ? [of]
        : of.SelectMany((first, index) => Orders([.. of.Take(index), .. of.Skip(index + 1)]).Select(string[] (rest) => [first, .. rest]));
}
