using Branchline.Server.Mutations;

namespace Branchline.Merchant.Sales;

/// <summary>
/// When an order asks for money or takes it, its total equals its lines. A draft may say anything: it is being written.
/// An order without lines (taken by telephone, entered as a sum) is left alone.
/// </summary>
internal sealed class OrderTotalEqualsLines : Rule
{
    public const string Code = "order_total_differs";

    public override IReadOnlyList<string> Tables => ["orders"];

    public override IEnumerable<Objection> Check(RuleContext context)
    {
        foreach (var order in context.Written("orders", "total", "status").Where(AsksForMoney))
        {
            var lines = context.Belonging("order_lines", "order_id", order.Id);
            var sum = lines.Sum(line => line.Amount("total"));
            if (lines.Count > 0 && sum != order.Amount("total"))
            {
                yield return new Objection(Code, $"The lines of this order come to {sum}, its total says {order.Amount("total")}")
                {
                    Table = "orders",
                    Row = order.Id,
                    Field = "total",
                    Remedy = $"Send total {sum} with the order",
                };
            }
        }
    }

    private static bool AsksForMoney(RowAfter order) => order["status"].AsText is "awaiting_payment" or "paid";
}
