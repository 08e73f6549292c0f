using System.Collections.Frozen;
using Branchline.Protocol;
using Branchline.Protocol.Checks;
using Branchline.Protocol.Schema;
using Branchline.Server.Schema;
using Branchline.Server.Store;

namespace Branchline.Server.Mutations;

/// <summary>Access, scope and schema of each write; what passes goes into the plan.</summary>
internal sealed class WriteChecks(BusinessSchema schema, TimeZoneInfo zone)
{
    private static readonly Dictionary<string, FieldValue> NoFields = [];

    // Whose rows get the day they are made on.
    private readonly FrozenSet<string> _dated =
        schema.Tables.Values.Where(table => table.Fields.Values.Any(field => FieldDefaults.IsMoment(field.Type, field.Default) && field.Type == FieldType.Date))
            .Select(table => table.Name).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The first objection, or null when every write is planned.</summary>
    public Objection? Plan(MutationPlan plan)
    {
        foreach (var write in plan.Mutation.Writes)
        {
            if (PlanWrite(plan, write) is { } objection)
            {
                return objection with { Row = write.Id };
            }
        }

        return null;
    }

    private Objection? PlanWrite(MutationPlan plan, RowWrite write)
    {
        if (!schema.Tables.TryGetValue(write.Table, out var table))
        {
            return new Objection(ErrorCodes.UnknownTable, $"There is no table {write.Table}") { Table = write.Table };
        }

        // The checks see the row as this mutation left it so far; only Touch makes it part of the plan.
        var existing = plan.Find(write.Table, write.Id);
        if (FindPresence(plan, table, write, existing) is { } absent)
        {
            return absent;
        }

        if (table.Kind == TableKind.Ledger && existing is not null && write.Kind == WriteKind.Insert)
        {
            return RepeatEntry(table, write, existing);
        }

        var (kind, unseenMove) = (EffectiveKind(write, existing), UnseenMove(plan, table, write, existing));
        var toCheck = write with { Kind = kind, Fields = unseenMove is null ? write.Fields : Without(write.Fields, table.Workflow!.Field) };
        if (RowChecks.Check(schema, toCheck, existing?.Fields, plan.Writer.Role, WrittenAt(plan, table, toCheck), out var fields) is { } error)
        {
            return From(error);
        }

        if ((FindMovedSum(table, kind, fields, existing) ?? FindFixed(plan, table, fields, existing)) is { } fixedField)
        {
            return fixedField;
        }

        fields = unseenMove is { } state ? With(fields, table.Workflow!.Field, state) : fields;
        return Place(plan, table, toCheck with { Fields = fields });
    }

    // `now` and `today` are when the device wrote, not when the node heard of it; the day is that of the row's branch.
    private DateTimeOffset WrittenAt(MutationPlan plan, TableSchema table, RowWrite write)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(plan.At.Milliseconds);
        if (write.Kind != WriteKind.Insert || !_dated.Contains(table.Name))
        {
            return time;
        }

        var owner = table.Scope.Kind == ScopeRule.Branch ? table.Fields[table.Scope.Field!] : null;
        var branch = owner?.Table is { } branches && Guid.TryParse(write.Fields.GetValueOrDefault(owner.Name).AsText, out var id)
            ? plan.FindNamed(branches, id)
            : null;
        return TimeZoneInfo.ConvertTime(time, BranchTime.ZoneOf(branch?.Fields, zone));
    }

    /// <summary>Puts the checked write into the plan, unless the row would land outside the writer's scopes.</summary>
    private static Objection? Place(MutationPlan plan, TableSchema table, RowWrite write)
    {
        switch (write.Kind)
        {
            case WriteKind.Insert:
                plan.Create(table.Name, write.Id, new Dictionary<string, FieldValue>(write.Fields, StringComparer.Ordinal));
                break;
            case WriteKind.Update:
                FieldMerge.Apply(plan, plan.Touch(table.Name, write.Id)!, write.Fields);
                break;
            default:
                Delete(plan, plan.Touch(table.Name, write.Id)!);
                break;
        }

        plan.Writes.Add(write);
        var row = plan.Find(table.Name, write.Id)!;

        // Where a row is that follows another is known when all of the mutation is, see ParentScopes.
        return table.Scope.Through is not null || plan.Holds(RowScope.Of(table, row.Fields)) ? null : Misplaced(plan, table, row);
    }

    /// <summary>A branch that does not exist is another mistake than a branch of others.</summary>
    public static Objection Misplaced(MutationPlan plan, TableSchema table, RowImage row)
    {
        var owner = table.Scope.Field is { } name ? table.Fields[name] : null;
        return owner is not null && ReferenceChecks.FindBroken(plan, table, owner, row) is { } broken
            ? broken
            : new Objection(ErrorCodes.OutOfScope, $"You do not hold {RowScope.Of(table, row.Fields)}")
            {
                Table = table.Name,
                Field = table.Scope.Field,
                Remedy = "Write rows of a branch you belong to",
            };
    }

    // What is deleted already stays as it is, with its first stamp.
    private static void Delete(MutationPlan plan, PlannedRow row)
    {
        if (row.After.DeletedAt is null)
        {
            row.IsDeleted = true;
            row.After.DeletedAt = plan.AtText;
        }
    }

    private static Objection? FindPresence(MutationPlan plan, TableSchema table, RowWrite write, RowImage? existing)
    {
        var visible = existing is not null && plan.Holds(RowScope.Of(table, existing.Fields));
        var objection = write.Kind switch
        {
            WriteKind.Insert when existing is null => null,
            WriteKind.Insert when existing.DeletedAt is null && visible && !plan.IsStrict => null,
            WriteKind.Insert => new Objection(ErrorCodes.RowExists, $"{table.Name} has a row {write.Id} already"),
            _ when existing is null || !visible => new Objection(ErrorCodes.RowMissing, $"{table.Name} has no row {write.Id}"),
            _ when existing.DeletedAt is not null && plan.IsStrict =>
                new Objection(ErrorCodes.RowMissing, $"{table.Name} has no row {write.Id}"),
            WriteKind.Update when existing.DeletedAt is not null =>
                new Objection(ErrorCodes.RowDeleted, $"The row {write.Id} of {table.Name} was deleted"),
            _ => null,
        };
        return objection is null ? null : objection with { Table = table.Name, Row = write.Id };
    }

    /// <summary>What a sum is matched by stays: the ledger's entries name it, and they do not move along.</summary>
    private static Objection? FindMovedSum(
        TableSchema table, WriteKind kind, IReadOnlyDictionary<string, FieldValue> fields, RowImage? existing)
    {
        var moved = kind != WriteKind.Update ? null : (
            from field in table.Fields.Values
            from name in field.Sum?.Match.Keys ?? []
            where fields.TryGetValue(name, out var value) && value != existing!.Fields.GetValueOrDefault(name)
            select name).FirstOrDefault();
        return moved is null
            ? null
            : new Objection(ErrorCodes.ReadOnlyField, $"{table.Name}.{moved} stays: the sums of the row are kept by it")
            {
                Table = table.Name,
                Field = moved,
                Remedy = "Add entries to the ledger instead",
            };
    }

    /// <summary>Whoever is online is told that a field was written once; for a device it is a field that kept its value.</summary>
    private static Objection? FindFixed(
        MutationPlan plan, TableSchema table, IReadOnlyDictionary<string, FieldValue> fields, RowImage? existing)
    {
        if (!plan.IsStrict || existing is null || plan.Writer.IsNode)
        {
            return null;
        }

        foreach (var (name, value) in fields)
        {
            var current = existing.Fields.GetValueOrDefault(name);
            if (table.Fields[name].Merge == MergePolicy.WriteOnce && !current.IsNull && current != value)
            {
                return new Objection(ErrorCodes.ReadOnlyField, $"{table.Name}.{name} was written once and stays")
                {
                    Table = table.Name,
                    Field = name,
                    Row = existing.Id,
                    Remedy = "Leave it as it is",
                };
            }
        }

        return null;
    }

    /// <summary>The same entry under another mutation (a journal imported twice) has no effect; another under its id is refused.</summary>
    private static Objection? RepeatEntry(TableSchema table, RowWrite write, RowImage existing) =>
        write.Fields.All(field => existing.Fields.GetValueOrDefault(field.Key) == field.Value)
            ? null
            : new Objection(ErrorCodes.RowExists, $"{table.Name} has another entry {write.Id} already") { Table = table.Name, Row = write.Id };

    // Two devices that made the same row offline both meant it: the second insert merges into the first.
    private static WriteKind EffectiveKind(RowWrite write, RowImage? existing) =>
        write.Kind == WriteKind.Insert && existing is not null ? WriteKind.Update : write.Kind;

    /// <summary>A workflow move made without knowing the row's present state is settled by precedence, not refused as illegal.</summary>
    private static FieldValue? UnseenMove(MutationPlan plan, TableSchema table, RowWrite write, RowImage? existing) =>
        table.Workflow is { } workflow && existing is not null && !plan.IsStrict
        && write.Fields.TryGetValue(workflow.Field, out var target)
        && workflow.Order.Contains(target.AsText)
        && FieldMerge.IsConcurrent(plan, existing, workflow.Field)
        && workflow.Moves.Any(move => move.To == target.AsText && MayMove(move, plan.Writer))
            ? target
            : null;

    private static bool MayMove(WorkflowMove move, Writer writer) => writer.IsNode || move.Roles.Contains(writer.Role);

    private static Dictionary<string, FieldValue> Without(IReadOnlyDictionary<string, FieldValue> fields, string name) =>
        fields.Where(pair => pair.Key != name).ToDictionary(StringComparer.Ordinal);

    private static Dictionary<string, FieldValue> With(IReadOnlyDictionary<string, FieldValue> fields, string name, FieldValue value) =>
        new(fields ?? NoFields, StringComparer.Ordinal) { [name] = value };

    private static Objection From(CheckError error) =>
        new(error.Code, error.Reason) { Table = error.Table, Field = error.Field, Remedy = error.Remedy };
}
