using Branchline.Merchant.Demo.Telling;
using Branchline.Merchant.Sales;
using Branchline.Merchant.Stock;

namespace Branchline.Tests.Merchant;

/// <summary>What was sold, happened: none of this is refused, all of it is flagged for a person.</summary>
public sealed class SaleRulesTests
{
    [Fact]
    public async Task A_sale_that_adds_up_and_is_paid_raises_no_flag()
    {
        await using var shop = await SmallShop.OpenAsync();
        var sale = shop.NewId();
        await shop.MustApplyAsync(
            shop.Sale(sale, 750, 700, discount: 50), shop.Line(sale, 2), shop.Line(sale, 1), shop.Money(sale, "payment", 500), shop.Money(sale, "payment", 200));
        Assert.Empty(await shop.FlagsAsync());
    }

    [Fact]
    public async Task A_sale_whose_lines_do_not_add_up_is_kept_and_flagged()
    {
        await using var shop = await SmallShop.OpenAsync();
        var sale = shop.NewId();
        await shop.MustApplyAsync(shop.Sale(sale, 750, 750), shop.Line(sale, 2), shop.Money(sale, "payment", 750));
        Assert.Equal([SaleTotalEqualsLines.Code], await shop.FlagsAsync());
    }

    [Fact]
    public async Task A_total_that_forgets_the_discount_is_kept_and_flagged()
    {
        await using var shop = await SmallShop.OpenAsync();
        var sale = shop.NewId();
        await shop.MustApplyAsync(shop.Sale(sale, 500, 500, discount: 50), shop.Line(sale, 2), shop.Money(sale, "payment", 500));
        Assert.Equal([SaleTotalEqualsLines.Code], await shop.FlagsAsync());
    }

    [Fact]
    public async Task A_line_that_arrives_later_is_reckoned_with_the_lines_before_it()
    {
        await using var shop = await SmallShop.OpenAsync();
        var sale = await shop.SellTwoAsync();
        await shop.MustApplyAsync(shop.Line(sale, 1));
        Assert.Equal([SaleTotalEqualsLines.Code], await shop.FlagsAsync());
    }

    [Fact]
    public async Task A_sale_paid_short_is_kept_and_flagged()
    {
        await using var shop = await SmallShop.OpenAsync();
        var sale = shop.NewId();
        await shop.MustApplyAsync(shop.Sale(sale, 500, 500), shop.Line(sale, 2), shop.Money(sale, "payment", 400));
        Assert.Equal([PaymentsCoverSale.Code], await shop.FlagsAsync());
    }

    [Fact]
    public async Task A_refund_within_the_sale_raises_no_flag()
    {
        await using var shop = await SmallShop.OpenAsync();
        var sale = await shop.SellTwoAsync();
        await shop.MustApplyAsync(shop.Money(sale, "refund", -250), shop.Goods(sale, "refund", 1));
        await shop.MustApplyAsync(shop.Money(sale, "refund", -250), shop.Goods(sale, "refund", 1), Story.Update("sales", sale, ("status", "refunded")));
        Assert.Empty(await shop.FlagsAsync());
    }

    [Fact]
    public async Task A_sale_refunded_twice_is_kept_and_flagged_for_money_and_goods()
    {
        await using var shop = await SmallShop.OpenAsync();
        var sale = await shop.SellTwoAsync();
        await shop.MustApplyAsync(shop.Money(sale, "refund", -500), shop.Goods(sale, "refund", 2));
        await shop.MustApplyAsync(shop.Money(sale, "refund", -500), shop.Goods(sale, "refund", 2));
        Assert.Equal([RefundWithinSale.Code, ReturnWithinSale.Code], await shop.FlagsAsync());
    }

    [Fact]
    public async Task A_line_that_says_another_branch_than_its_sale_is_kept_and_flagged()
    {
        await using var shop = await SmallShop.OpenAsync();
        var sale = shop.NewId();
        await shop.MustApplyAsync(shop.Sale(sale, 500, 500), shop.LineIn(shop.OtherBranch, sale, 2), shop.Money(sale, "payment", 500));
        Assert.Equal([LineBranchIsSaleBranch.Code], await shop.FlagsAsync());
    }
}
