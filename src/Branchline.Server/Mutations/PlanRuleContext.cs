using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Mutations;

/// <summary>A rule's view of a plan.</summary>
internal sealed class PlanRuleContext(MutationPlan plan, WriteSession session) : RuleContext
{
    private const int MostRows = 1000;

    public override BusinessSchema Schema => plan.Schema;

    public override Writer Writer => plan.Writer;

    public override IReadOnlyList<RowWrite> Writes => plan.Writes;

    public override IReadOnlyDictionary<string, FieldValue>? Find(string table, Guid id) =>
        session.Find(plan.Layout(table), id) is { DeletedAt: null } row ? row.Fields : null;

    public override IReadOnlyList<IReadOnlyDictionary<string, FieldValue>> FindBy(string table, string field, FieldValue value) =>
        [
            .. session.FindBy(plan.Layout(table), new Dictionary<string, FieldValue> { [field] = value }, MostRows)
                .Select(row => new Dictionary<string, FieldValue>(row.Fields, StringComparer.Ordinal)
                {
                    ["id"] = FieldValue.Of(row.Id.ToString()),
                }),
        ];

    public override IReadOnlyDictionary<string, FieldValue>? After(string table, Guid id) =>
        plan.Find(table, id) is { DeletedAt: null } row ? row.Fields : null;
}
