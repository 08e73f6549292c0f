using System.Text.Json;
using System.Text.Json.Nodes;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Mutations;

/// <summary>Settles an update with what the row holds, field by field. The same inputs give the same row everywhere, in any order.</summary>
internal static class FieldMerge
{
    /// <summary>Merges the fields into the planned row, noting kept fields and conflicts in the plan.</summary>
    public static void Apply(MutationPlan plan, PlannedRow row, IReadOnlyDictionary<string, FieldValue> fields)
    {
        // A row this mutation makes belongs to it: its own later writes have the same stamp and replace.
        if (row.IsNew)
        {
            foreach (var (name, value) in fields)
            {
                Set(row, row.Table.Fields[name], value);
            }

            return;
        }

        // Fields of a group win or lose together, so all of them are judged before one is set.
        foreach (var unit in fields.Keys.Select(name => row.Table.Fields[name]).GroupBy(field => (field.Group, field.Group is null ? field.Name : null)))
        {
            Settle(plan, row, new Unit([.. unit], fields));
        }
    }

    private static void Settle(MutationPlan plan, PlannedRow row, Unit unit)
    {
        var concurrent = unit.Any(field => IsConcurrent(plan, row.Before!, field.Name)) && unit.Any(field => Current(row, field) != unit[field]);
        var isMove = concurrent && FindMove(row, unit) is not null;
        var verdicts = Array.ConvertAll(unit.Fields, field => Wins(plan, row, unit, field, concurrent));
        foreach (var (field, wins) in unit.Fields.Zip(verdicts))
        {
            var value = unit[field];
            if (concurrent && field.Merge != MergePolicy.SetUnion && row.Before!.Fields.GetValueOrDefault(field.Name) != value)
            {
                var policy = isMove && field.Merge == MergePolicy.LastWriter ? ConflictEntry.ByWorkflow : field.Merge.ToString();
                plan.Conflicts.Add(Conflict(plan, row, field, unit[field], wins) with { Policy = policy });
            }

            if (wins)
            {
                Set(row, field, Merged(row, field, value));
            }
            else if (Current(row, field) != value)
            {
                plan.KeptFields.Add($"{row.Table.Name}.{field.Name}");
            }
        }
    }

    /// <summary>Whether the writer had not seen the field's last write, which was another device's.</summary>
    public static bool IsConcurrent(MutationPlan plan, RowImage row, string field)
    {
        var stamp = row.StampOf(field);
        return stamp.Seq > plan.KnownSeq && DeviceOf(stamp.At) != plan.At.Device.Value;
    }

    private static bool Wins(MutationPlan plan, PlannedRow row, Unit unit, FieldSchema field, bool concurrent)
    {
        var (current, value) = (Current(row, field), unit[field]);
        return field.Merge switch
        {
            MergePolicy.WriteOnce => unit.All(member => Current(row, member) is var held && (held.IsNull || held == unit[member])),
            MergePolicy.Max => current.IsNull || Compare(value, current) > 0,
            MergePolicy.Min => current.IsNull || (!value.IsNull && Compare(value, current) < 0),
            MergePolicy.SetUnion => true,
            MergePolicy.Manual when concurrent => false,
            _ when concurrent && FindMove(row, unit) is { } state => IsFurther(row.Table.Workflow!, unit[state], Current(row, state)),
            _ => IsNewer(plan, row, field),
        };
    }

    /// <summary>The workflow's field when the unit moves it: the workflow's order then settles the whole unit.</summary>
    private static FieldSchema? FindMove(PlannedRow row, Unit unit) =>
        Array.Find(unit.Fields, field => field.Name == row.Table.Workflow?.Field && unit[field] != Current(row, field));

    private static FieldValue Current(PlannedRow row, FieldSchema field) => row.After.Fields.GetValueOrDefault(field.Name);

    /// <summary>A group is as new as its newest field.</summary>
    private static bool IsNewer(MutationPlan plan, PlannedRow row, FieldSchema field)
    {
        var at = plan.AtText;
        return Group(row.Table, field).All(member =>
            row.Stamped.Contains(member.Name) || string.CompareOrdinal(at, row.After.StampOf(member.Name).At) > 0);
    }

    private static IEnumerable<FieldSchema> Group(TableSchema table, FieldSchema field) =>
        field.Group is null ? [field] : table.Fields.Values.Where(other => other.Group == field.Group);

    private static void Set(PlannedRow row, FieldSchema field, FieldValue value)
    {
        if (row.After.Fields.GetValueOrDefault(field.Name) != value)
        {
            row.After.Fields[field.Name] = value;
            row.Changed.Add(field.Name);
            row.MovedTo = field.Name == row.Table.Workflow?.Field ? value.AsText : row.MovedTo;
        }

        foreach (var member in Group(row.Table, field))
        {
            row.Stamped.Add(member.Name);
        }
    }

    // A list that is missing has no elements, so it takes none away.
    private static FieldValue Merged(PlannedRow row, FieldSchema field, FieldValue value)
    {
        if (field.Merge != MergePolicy.SetUnion)
        {
            return value;
        }

        return Union(Current(row, field), value);
    }

    /// <summary>Two lists as one; what is no list is a list of one.</summary>
    public static FieldValue Union(FieldValue current, FieldValue value) =>
        current.AsJson is not { } held ? value : value.AsJson is { } added ? Union(held, added) : current;

    /// <summary>Elements are ordered by their JSON text, so that the order of merging does not show.</summary>
    private static FieldValue Union(string held, string added)
    {
        var elements = Elements(held).Concat(Elements(added)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return FieldValue.OfJson($"[{string.Join(',', elements)}]");
    }

    private static IEnumerable<string> Elements(string json) =>
        JsonNode.Parse(json) is JsonArray list ? list.Select(element => element?.ToJsonString() ?? "null") : [json];

    public static int Compare(FieldValue left, FieldValue right) =>
        left.AsDecimal is { } number && right.AsDecimal is { } other
            ? number.CompareTo(other)
            : string.CompareOrdinal(left.AsText, right.AsText);

    private static bool IsFurther(Workflow workflow, FieldValue target, FieldValue current) =>
        Place(workflow, target) > Place(workflow, current);

    public static int Place(Workflow workflow, FieldValue state)
    {
        for (var place = 0; place < workflow.Order.Count; place++)
        {
            if (workflow.Order[place] == state.AsText)
            {
                return place;
            }
        }

        return -1;
    }

    private static ConflictEntry Conflict(MutationPlan plan, PlannedRow row, FieldSchema field, FieldValue value, bool wins)
    {
        var held = row.Before!.StampOf(field.Name);
        var current = Json(row.Before.Fields.GetValueOrDefault(field.Name));
        var (mine, at) = (Json(value), plan.AtText);
        return new ConflictEntry(row.Table.Name, row.After.Id, field.Name, field.Merge.ToString())
        {
            Kept = wins ? mine : current,
            KeptAt = wins ? at : held.At,
            Lost = wins ? current : mine,
            LostAt = wins ? held.At : at,
            IsOpen = field.Merge == MergePolicy.Manual,
            Group = field.Group,
            Held = held,
            HeldWon = !wins,
        };
    }

    private static string Json(FieldValue value) => JsonSerializer.Serialize(value, ProtocolJson.Default.FieldValue);

    // The device stands behind the clock's 16 digits and a hyphen.
    private static string DeviceOf(string stamp) => stamp[17..];

    /// <summary>A written field, or the written fields of one group, with their values.</summary>
    private readonly record struct Unit(FieldSchema[] Fields, IReadOnlyDictionary<string, FieldValue> Values)
    {
        public FieldValue this[FieldSchema field] => Values[field.Name];

        public bool Any(Predicate<FieldSchema> test) => Array.Exists(Fields, test);

        public bool All(Predicate<FieldSchema> test) => Array.TrueForAll(Fields, test);
    }
}
