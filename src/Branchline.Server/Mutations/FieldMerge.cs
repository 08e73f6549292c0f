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
        foreach (var (name, value) in fields)
        {
            var field = row.Table.Fields[name];
            if (row.IsNew)
            {
                Set(row, field, value);
            }
            else if (Wins(plan, row, field, value))
            {
                Set(row, field, Merged(row, field, value));
            }
            else if (row.After.Fields.GetValueOrDefault(name) != value)
            {
                plan.KeptFields.Add($"{row.Table.Name}.{name}");
            }
        }
    }

    /// <summary>Whether the writer had not seen the field's last write, which was another device's.</summary>
    public static bool IsConcurrent(MutationPlan plan, RowImage row, string field)
    {
        var stamp = row.StampOf(field);
        return stamp.Seq > plan.KnownSeq && DeviceOf(stamp.At) != plan.At.Device.Value;
    }

    private static bool Wins(MutationPlan plan, PlannedRow row, FieldSchema field, FieldValue value)
    {
        var current = row.After.Fields.GetValueOrDefault(field.Name);
        var isSame = current == value;
        var concurrent = IsConcurrent(plan, row.Before!, field.Name) && !isSame;
        var wins = field.Merge switch
        {
            MergePolicy.WriteOnce => current.IsNull || isSame,
            MergePolicy.Max => current.IsNull || Compare(value, current) > 0,
            MergePolicy.Min => current.IsNull || (!value.IsNull && Compare(value, current) < 0),
            MergePolicy.SetUnion => true,
            MergePolicy.Manual when concurrent => false,
            _ when field.Name == row.Table.Workflow?.Field && concurrent => IsFurther(row.Table.Workflow, value, current),
            _ => IsNewer(plan, row, field),
        };
        if (concurrent && field.Merge != MergePolicy.SetUnion)
        {
            plan.Conflicts.Add(Conflict(plan, row, field, value, wins));
        }

        return wins;
    }

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

    private static FieldValue Merged(PlannedRow row, FieldSchema field, FieldValue value)
    {
        var current = row.After.Fields.GetValueOrDefault(field.Name);
        return field.Merge == MergePolicy.SetUnion && current.AsJson is { } held && value.AsJson is { } added ? Union(held, added) : value;
    }

    /// <summary>Elements are ordered by their JSON text, so that the order of merging does not show.</summary>
    private static FieldValue Union(string held, string added)
    {
        var elements = Elements(held).Concat(Elements(added)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return FieldValue.OfJson($"[{string.Join(',', elements)}]");
    }

    private static IEnumerable<string> Elements(string json) =>
        JsonNode.Parse(json) is JsonArray list ? list.Select(element => element?.ToJsonString() ?? "null") : [json];

    private static int Compare(FieldValue left, FieldValue right) =>
        left.AsDecimal is { } number && right.AsDecimal is { } other
            ? number.CompareTo(other)
            : string.CompareOrdinal(left.AsText, right.AsText);

    private static bool IsFurther(Workflow workflow, FieldValue target, FieldValue current) =>
        Place(workflow, target) > Place(workflow, current);

    private static int Place(Workflow workflow, FieldValue state)
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
        var held = row.Before!.StampOf(field.Name).At;
        var current = Json(row.Before.Fields.GetValueOrDefault(field.Name));
        var (mine, at) = (Json(value), plan.AtText);
        return new ConflictEntry(row.Table.Name, row.After.Id, field.Name, field.Merge.ToString())
        {
            Kept = wins ? mine : current,
            KeptAt = wins ? at : held,
            Lost = wins ? current : mine,
            LostAt = wins ? held : at,
            IsOpen = field.Merge == MergePolicy.Manual,
        };
    }

    private static string Json(FieldValue value) => JsonSerializer.Serialize(value, ProtocolJson.Default.FieldValue);

    // The device stands behind the clock's 16 digits and a hyphen.
    private static string DeviceOf(string stamp) => stamp[17..];
}
