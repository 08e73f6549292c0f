using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Schema;

/// <summary>The days of a branch: its row's <c>timezone</c>, an IANA name, says when they begin.</summary>
internal static class BranchTime
{
    private const string ZoneField = "timezone";

    extension(BusinessSchema schema)
    {
        /// <summary>The table of the branches: the one that branch scopes refer to; null when no table has such a scope.</summary>
        public TableSchema? BranchTable =>
            (from table in schema.Tables.Values
             where table.Scope.Kind == ScopeRule.Branch
             let target = table.Fields[table.Scope.Field!].Table
             where target is not null
             select schema.Tables[target]).FirstOrDefault();
    }

    /// <summary>The branch's zone, or the other one when there is no such branch or its row names no zone that is known.</summary>
    public static TimeZoneInfo ZoneOf(IReadOnlyDictionary<string, FieldValue>? branch, TimeZoneInfo otherwise) =>
        branch is not null
        && branch.TryGetValue(ZoneField, out var name)
        && name.AsText is { Length: > 0 } text
        && TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone)
            ? zone
            : otherwise;

    /// <summary>The first moment of the day. Where the clocks skip midnight it begins after it, where midnight comes twice with the first.</summary>
    public static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(Math.Clamp(local.Ticks - offset.Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), TimeSpan.Zero);
    }
}
