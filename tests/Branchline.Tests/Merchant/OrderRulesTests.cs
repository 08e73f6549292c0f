using Branchline.Merchant.Demo.Telling;
using Branchline.Merchant.Sales;
using Branchline.Protocol;

namespace Branchline.Tests.Merchant;

public sealed class OrderRulesTests
{
    [Fact]
    public async Task A_draft_may_say_any_total()
    {
        await using var shop = await SmallShop.OpenAsync();
        await DraftAsync(shop, total: 1);
        Assert.Empty(await shop.FlagsAsync());
    }

    [Fact]
    public async Task An_order_may_not_ask_for_money_its_lines_do_not_come_to()
    {
        await using var shop = await SmallShop.OpenAsync();
        var order = await DraftAsync(shop, total: 1);
        var outcome = Assert.IsType<MutationOutcome.Rejected>(
            await shop.ApplyAsync(Story.Update("orders", order, ("status", "awaiting_payment"))));
        Assert.Equal((OrderTotalEqualsLines.Code, "orders", "total"), (outcome.Code, outcome.Table, outcome.Field));
        Assert.Contains("500", outcome.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_moves_on_when_the_total_is_sent_with_the_move()
    {
        await using var shop = await SmallShop.OpenAsync();
        var order = await DraftAsync(shop, total: 1);
        await shop.MustApplyAsync(Story.Update("orders", order, ("status", "awaiting_payment"), ("total", 500)));
    }

    [Fact]
    public async Task An_order_entered_as_a_sum_has_no_lines_to_differ_from()
    {
        await using var shop = await SmallShop.OpenAsync();
        await shop.MustApplyAsync(Story.Insert("orders", shop.NewId(), ("branch_id", shop.Branch), ("total", 900), ("status", "awaiting_payment")));
    }

    private static async Task<Guid> DraftAsync(SmallShop shop, long total)
    {
        var order = shop.NewId();
        await shop.MustApplyAsync(
            Story.Insert("orders", order, ("branch_id", shop.Branch), ("total", total)),
            Story.Insert("order_lines", shop.NewId(),
                ("order_id", order), ("branch_id", shop.Branch), ("product_id", shop.Product), ("name", "Rice 1 kg"),
                ("quantity", 2), ("unit_price", 250), ("total", 500)));
        return order;
    }
}
