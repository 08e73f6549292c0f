using Branchline.Merchant.Sales;
using Branchline.Merchant.Stock;
using Branchline.Server.Mutations;

namespace Branchline.Merchant;

/// <summary>The shop's rules that need code, in the order of its features.</summary>
public static class MerchantRules
{
    /// <summary>Every rule; they hold no state.</summary>
    public static IReadOnlyList<Rule> All { get; } =
    [
        new SaleTotalEqualsLines(),
        new PaymentsCoverSale(),
        new RefundWithinSale(),
        new LineBranchIsSaleBranch(),
        new OrderTotalEqualsLines(),
        new ReturnWithinSale(),
    ];
}
