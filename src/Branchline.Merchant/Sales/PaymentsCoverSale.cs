using Branchline.Server.Mutations;

namespace Branchline.Merchant.Sales;

/// <summary>A sale arrives with the payments that cover its total.</summary>
internal sealed class PaymentsCoverSale : Rule
{
    public const string Code = "sale_underpaid";

    public override IReadOnlyList<string> Tables => ["sales"];

    public override IEnumerable<Objection> Check(RuleContext context)
    {
        foreach (var sale in context.Written("sales", "total"))
        {
            var paid = context.Belonging("transactions", "sale_id", sale.Id)
                .Where(entry => entry["kind"].AsText != "refund")
                .Sum(entry => entry.Amount("amount"));
            if (paid < sale.Amount("total"))
            {
                yield return new Objection(Code, $"Payments come to {paid}, the sale to {sale.Amount("total")}")
                {
                    Table = "sales",
                    Row = sale.Id,
                    Field = "total",
                    Remedy = "Enter the missing payment, or void the sale",
                };
            }
        }
    }
}
