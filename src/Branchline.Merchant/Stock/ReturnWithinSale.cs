using Branchline.Server.Mutations;

namespace Branchline.Merchant.Stock;

/// <summary>No more of a product comes back from a sale than went out with it.</summary>
internal sealed class ReturnWithinSale : Rule
{
    public const string Code = "return_exceeds_sale";

    public override IReadOnlyList<string> Tables => ["inventory_adjustments"];

    public override IEnumerable<Objection> Check(RuleContext context)
    {
        foreach (var back in context.Written("inventory_adjustments").Where(entry => entry["kind"].AsText == "refund"))
        {
            if (back.Ref("sale_id") is not { } sale)
            {
                continue;
            }

            var outside = -context.Belonging("inventory_adjustments", "sale_id", sale)
                .Where(entry => entry["product_id"] == back["product_id"])
                .Sum(entry => entry.Amount("quantity"));
            if (outside < 0)
            {
                yield return new Objection(Code, $"{-outside} more came back than was sold")
                {
                    Table = "inventory_adjustments",
                    Row = back.Id,
                    Field = "quantity",
                    Remedy = "Look whether two people took the same goods back; count the shelf",
                };
            }
        }
    }
}
