using Branchline.Server.Mutations;

namespace Branchline.Merchant.Sales;

/// <summary>A sale's subtotal is the sum of its lines, and its total is what is left after the discount.</summary>
internal sealed class SaleTotalEqualsLines : Rule
{
    public const string Code = "sale_total_differs";

    public override IReadOnlyList<string> Tables => ["sales", "sale_lines"];

    public override IEnumerable<Objection> Check(RuleContext context)
    {
        var named = context.Written("sales", "subtotal", "discount", "total").Select(sale => (Guid?)sale.Id);
        var ofLines = context.Written("sale_lines").Select(line => line.Ref("sale_id"));
        foreach (var sale in named.Concat(ofLines).Distinct().Select(id => context.RowAfter("sales", id)).OfType<RowAfter>())
        {
            var lines = context.Belonging("sale_lines", "sale_id", sale.Id).Sum(line => line.Amount("total"));
            if (sale.Amount("subtotal") != lines)
            {
                yield return Differs(sale, "subtotal", $"The lines of this sale come to {lines}, its subtotal says {sale.Amount("subtotal")}");
            }

            var due = sale.Amount("subtotal") - sale.Amount("discount");
            if (sale.Amount("total") != due)
            {
                yield return Differs(sale, "total", $"Subtotal less discount is {due}, the total says {sale.Amount("total")}");
            }
        }
    }

    private static Objection Differs(RowAfter sale, string field, string reason) => new(Code, reason)
    {
        Table = "sales",
        Row = sale.Id,
        Field = field,
        Remedy = "Compare the receipt with the lines; put it right with a refund or a new sale",
    };
}
