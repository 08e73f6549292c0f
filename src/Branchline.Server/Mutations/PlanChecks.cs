using System.Collections.Frozen;
using Branchline.Protocol;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Mutations;

/// <summary>What is checked of a whole plan: references, unique sets and the business's own rules.</summary>
internal sealed class PlanChecks(SqliteStore store, WriteSession session, IReadOnlyList<Rule> rules)
{
    private readonly FrozenSet<string> _ruled = rules.SelectMany(rule => rule.Tables).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The first objection, or null. A document of record happened: what speaks against it is kept beside it.</summary>
    public Objection? Find(MutationPlan plan) => Find(plan, ReferenceChecks.Find(plan, FindClash));

    /// <summary>The same of a row that comes as it stands elsewhere: what it names may come later, or be gone by now.</summary>
    public Objection? FindOfRow(MutationPlan plan) => Find(plan, FindClashes(plan));

    /// <summary>Unique values of the plan that are taken, see <see cref="ReferenceChecks.FindClashes"/>.</summary>
    public IEnumerable<Objection> FindClashes(MutationPlan plan) => ReferenceChecks.FindClashes(plan, FindClash);

    private Objection? Find(MutationPlan plan, IEnumerable<Objection> declared)
    {
        foreach (var found in declared.Concat(CheckRules(plan)))
        {
            if (!IsDocument(plan, found))
            {
                return found;
            }

            plan.Flags.Add(found);
        }

        return null;
    }

    private RowImage? FindClash(PlannedRow row, IReadOnlyDictionary<string, FieldValue> values) =>
        session.FindBy(row.Layout, values, 2).FirstOrDefault(other => other.Id != row.After.Id);

    private IEnumerable<Objection> CheckRules(MutationPlan plan)
    {
        if (!plan.Writes.Exists(write => _ruled.Contains(write.Table)))
        {
            return [];
        }

        var context = new PlanRuleContext(plan, session);
        return from rule in rules
               where plan.Writes.Any(write => rule.Tables.Contains(write.Table))
               from objection in rule.Check(context)
               select objection;
    }

    private bool IsDocument(MutationPlan plan, Objection objection) =>
        (objection.Table is { } name && store.Schema.Tables.TryGetValue(name, out var table) && table.Document)
        || (objection.Table is null && plan.Writes.Any(write => store.Schema.Tables[write.Table].Document));
}
