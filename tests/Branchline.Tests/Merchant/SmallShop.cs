using Branchline.Merchant;
using Branchline.Merchant.Demo.Telling;
using Branchline.Protocol;
using Branchline.Server.Mutations;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Merchant;

/// <summary>A real node with two branches and one product at 250 of which 100 are there, on which a test sells what it likes.</summary>
internal sealed class SmallShop : IAsyncDisposable
{
    private static readonly DeviceId Till = new("till-1");

    private readonly TestNode _node;

    private SmallShop(TestNode node)
    {
        _node = node;
        (Branch, OtherBranch, Product) = (node.Node.Ids.Next(), node.Node.Ids.Next(), node.Node.Ids.Next());
    }

    public Guid Branch { get; }

    public Guid OtherBranch { get; }

    public Guid Product { get; }

    public static async Task<SmallShop> OpenAsync()
    {
        var shop = new SmallShop(await TestNode.StartAsync(new TestSettings { Rules = MerchantRules.All }));
        await shop.MustApplyAsync(
            Story.Insert("branches", shop.Branch, ("name", "North"), ("code", "B01")),
            Story.Insert("branches", shop.OtherBranch, ("name", "South"), ("code", "B02")),
            Story.Insert("products", shop.Product, ("name", "Rice 1 kg"), ("price", 250)),
            Story.Insert("inventory_adjustments", shop.NewId(),
                ("product_id", shop.Product), ("branch_id", shop.Branch), ("kind", "in"), ("quantity", 100)));
        return shop;
    }

    public Guid NewId() => _node.Node.Ids.Next();

    public Task<MutationOutcome> ApplyAsync(params IReadOnlyList<RowWrite> writes)
    {
        var stamp = _node.Services.GetRequiredService<NodeClock>().Next(Till);
        var mutation = new Mutation(Till, 0, NewId(), stamp, null, writes);
        return _node.Node.Mutations.ApplyAsync(mutation, Writer.Node, ApplyOptions.Default, TestContext.Current.CancellationToken);
    }

    public async Task MustApplyAsync(params IReadOnlyList<RowWrite> writes)
    {
        var rejected = await ApplyAsync(writes) as MutationOutcome.Rejected;
        Assert.True(rejected is null, rejected?.ToString());
    }

    /// <summary>The codes of everything that was accepted and needs attention, oldest first.</summary>
    public Task<IReadOnlyList<string>> FlagsAsync() => Cases.FlagsAsync(_node);

    public RowWrite Sale(Guid id, long subtotal, long total, long discount = 0) => Story.Insert("sales", id,
        ("receipt_number", id.ToString()), ("branch_id", Branch), ("subtotal", subtotal), ("discount", discount), ("total", total));

    public RowWrite Line(Guid sale, int quantity) => LineIn(Branch, sale, quantity);

    public RowWrite LineIn(Guid branch, Guid sale, int quantity) => Story.Insert("sale_lines", NewId(),
        ("sale_id", sale), ("branch_id", branch), ("product_id", Product), ("name", "Rice 1 kg"), ("quantity", quantity),
        ("unit_price", 250), ("total", 250 * quantity));

    public RowWrite Money(Guid sale, string kind, long amount) => Story.Insert("transactions", NewId(),
        ("branch_id", Branch), ("kind", kind), ("amount", amount), ("sale_id", sale));

    public RowWrite Goods(Guid sale, string kind, int quantity) => Story.Insert("inventory_adjustments", NewId(),
        ("product_id", Product), ("branch_id", Branch), ("kind", kind), ("quantity", quantity), ("sale_id", sale));

    /// <summary>Two packs sold and paid: nothing to object to.</summary>
    public async Task<Guid> SellTwoAsync()
    {
        var sale = NewId();
        await MustApplyAsync(Sale(sale, 500, 500), Line(sale, 2), Money(sale, "payment", 500), Goods(sale, "sale", -2));
        return sale;
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();
}
