using Branchline.Server.Mutations;

namespace Branchline.Merchant.Sales;

/// <summary>A line carries the branch of its sale, or one of the two would be seen without the other.</summary>
internal sealed class LineBranchIsSaleBranch : Rule
{
    public const string Code = "line_in_other_branch";

    public override IReadOnlyList<string> Tables => ["sale_lines"];

    public override IEnumerable<Objection> Check(RuleContext context)
    {
        foreach (var line in context.Written("sale_lines", "sale_id", "branch_id"))
        {
            var sale = context.RowAfter("sales", line.Ref("sale_id"));
            if (sale is not null && sale["branch_id"] != line["branch_id"])
            {
                yield return new Objection(Code, "This line says another branch than its sale")
                {
                    Table = "sale_lines",
                    Row = line.Id,
                    Field = "branch_id",
                    Remedy = "Give the line the branch of its sale",
                };
            }
        }
    }
}
