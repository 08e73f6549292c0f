using Branchline.Protocol;
using Branchline.Protocol.Checks;
using Branchline.Protocol.Schema;
using Branchline.Server.Store;

namespace Branchline.Server.Mutations.Branches;

/// <summary>
/// What another node may offer, as an equal or to a node that was put back to an older copy: whole rows and deletions, of its scopes, with values as the
/// pipeline would have written them and stamps that are none of the future. A ledger's entries stay as they are.
/// </summary>
internal sealed class OfferChecks(BusinessSchema schema, ParentScopes parents, SumKeeper sums, TimeProvider time)
{
    private static readonly string[] Kept = ["created_at", "updated_at"];

    /// <summary>Why the change by itself may not be taken, or null.</summary>
    public Objection? FindFault(BranchChange change, Offerer offerer)
    {
        if (!schema.Tables.TryGetValue(change.Table, out var table))
        {
            return new Objection(ErrorCodes.UnknownTable, $"There is no table {change.Table}");
        }

        if (FindFuture(change) is { } future)
        {
            return future;
        }

        return change.Kind switch
        {
            ChangeKind.Delete => FindUndeletable(table),
            ChangeKind.Enter => FindMisshapen(table, change, offerer),
            _ => new Objection(ErrorCodes.ParameterInvalid, "Only whole rows and deletions are offered"),
        };
    }

    /// <summary>
    /// Stamps further ahead than a clock may be: taken, they would win every argument until that time, and this node's own clock would run on from there.
    /// Nor may they be cut back, which would make the same write another one on every node.
    /// </summary>
    public Objection? FindFuture(BranchChange change)
    {
        var limit = (time.GetUtcNow() + NodeClock.MostAhead).ToUnixTimeMilliseconds();
        return change.At.Milliseconds <= limit && change.Stamps?.Values.All(text => Stamp.TryParse(text, out var stamp) && stamp.Milliseconds <= limit) != false
            ? null
            : new Objection(ErrorCodes.ClockWrong, "Its stamps are of the future: a clock is wrong");
    }

    /// <summary>What the plan with it touches that the writer may not, or null. What changes nothing is taken.</summary>
    public Objection? FindOutside(MutationPlan plan) =>
        plan.Rows.Find(row => row.HasEffect && row.Table.Kind == TableKind.Ledger && !row.IsNew) is { } entry
            ? new Objection(ErrorCodes.LedgerImmutable, $"{entry.Table.Label} is a ledger: its entries stay as they are")
            : plan.Rows.TrueForAll(row => !row.HasEffect || (plan.Holds(row.ScopeBefore) && plan.Holds(row.ScopeAfter))) && parents.Follow(plan) is null && sums.FindForeign(plan) is null
                ? null
                : new Objection(ErrorCodes.OutOfScope, "The row, or what hangs on it, is outside the scopes of the one who offers it");

    private static Objection? FindUndeletable(TableSchema table) =>
        table.Kind == TableKind.Ledger ? new Objection(ErrorCodes.LedgerImmutable, $"Rows of {table.Name} are not deleted")
        : table.Document ? new Objection(ErrorCodes.DocumentDelete, $"Rows of {table.Name} are not deleted")
        : null;

    private Objection? FindMisshapen(TableSchema table, BranchChange change, Offerer offerer)
    {
        var fields = change.Fields ?? new Dictionary<string, FieldValue>();
        if (Array.Find(Kept, name => !IsMoment(fields.GetValueOrDefault(name))) is { } wrong)
        {
            return Misshapen(table, ErrorCodes.WrongType, $"{wrong} is no time as nodes write it, or of the future");
        }

        if (change.Stamps?.Keys.FirstOrDefault(name => !table.Fields.ContainsKey(name)) is { } unknown)
        {
            return Misshapen(table, ErrorCodes.UnknownField, $"it has no field {unknown}");
        }

        var own = fields.Where(field => !Kept.Contains(field.Key)).ToDictionary(StringComparer.Ordinal);
        var write = new RowWrite(table.Name, change.Id, WriteKind.Insert, own);
        if (RowChecks.Check(schema, write, null, Writer.NodeRole, time.GetUtcNow(), out var normal) is { } error)
        {
            return Misshapen(table, error.Code, error.Reason);
        }

        // Nodes write values in one form: in another the same value would be a second one.
        if (own.FirstOrDefault(field => !normal.TryGetValue(field.Key, out var value) || value != field.Value).Key is { } odd)
        {
            return Misshapen(table, ErrorCodes.WrongType, $"{odd} is not in the form of the wire");
        }

        // A default stands for what a device leaves out; of a whole row nothing is left out but nulls.
        return offerer.Word != Word.OfEqual && table.Fields.Values.FirstOrDefault(field => field.Required && field.Sum is null && own.GetValueOrDefault(field.Name).IsNull) is { } missing
            ? Misshapen(table, ErrorCodes.Required, $"{missing.Name} is required")
            : null;
    }

    private static Objection Misshapen(TableSchema table, string code, string why) => new(code, $"It is no whole row of {table.Name} as the schema declares it: {why}");

    private bool IsMoment(FieldValue value) =>
        value.AsText is { } text
        && DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var moment)
        && TimestampConverter.Format(moment) == text && moment <= time.GetUtcNow() + NodeClock.MostAhead;
}
