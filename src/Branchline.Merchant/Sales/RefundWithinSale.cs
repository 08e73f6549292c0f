using Branchline.Server.Mutations;

namespace Branchline.Merchant.Sales;

/// <summary>What is given back for a sale is never more than was paid for it; a second refund shows here.</summary>
internal sealed class RefundWithinSale : Rule
{
    public const string Code = "refund_exceeds_sale";

    public override IReadOnlyList<string> Tables => ["transactions"];

    public override IEnumerable<Objection> Check(RuleContext context)
    {
        foreach (var refund in context.Written("transactions").Where(IsRefund))
        {
            if (refund.Ref("sale_id") is not { } sale)
            {
                continue;
            }

            var entries = context.Belonging("transactions", "sale_id", sale);
            var paid = entries.Where(entry => !IsRefund(entry)).Sum(entry => entry.Amount("amount"));
            var returned = -entries.Where(IsRefund).Sum(entry => entry.Amount("amount"));
            if (returned > paid)
            {
                yield return new Objection(Code, $"{returned} was given back for a sale that was paid with {paid}")
                {
                    Table = "transactions",
                    Row = refund.Id,
                    Field = "amount",
                    Remedy = "Look whether two people refunded the same receipt; counter one with a correction",
                };
            }
        }
    }

    private static bool IsRefund(RowAfter entry) => entry["kind"].AsText == "refund";
}
