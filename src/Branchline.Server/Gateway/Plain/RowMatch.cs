using System.Diagnostics;
using Branchline.Protocol;
using Branchline.Server.Gateway.Tables;
using Branchline.Server.Store;

namespace Branchline.Server.Gateway.Plain;

/// <summary>Conditions on a row in memory; they mean what they mean in a list.</summary>
internal static class RowMatch
{
    public static bool Holds(this RowFilter filter, StoredRow row)
    {
        var value = filter.Field == RestTable.Id ? FieldValue.Of(row.Id.ToString("D")) : row.Fields.GetValueOrDefault(filter.Field);
        return filter.Comparison switch
        {
            Comparison.Equal => filter.Values.Any(wanted => AreEqual(value, wanted)),
            Comparison.NotEqual => !filter.Values.Any(unwanted => AreEqual(value, unwanted)),
            Comparison.Within => !value.IsNull && filter.Values.Chunk(2).Any(pair => Compare(value, pair[0]) >= 0 && Compare(value, pair[1]) < 0),
            _ when value.IsNull => false,
            Comparison.Less => Compare(value, filter.Values[0]) < 0,
            Comparison.LessOrEqual => Compare(value, filter.Values[0]) <= 0,
            Comparison.Greater => Compare(value, filter.Values[0]) > 0,
            Comparison.GreaterOrEqual => Compare(value, filter.Values[0]) >= 0,
            _ => throw new UnreachableException(),
        };
    }

    private static bool AreEqual(FieldValue value, FieldValue other) =>
        value.IsNull || other.IsNull ? value.IsNull && other.IsNull : Compare(value, other) == 0;

    private static int Compare(FieldValue value, FieldValue other) => (value.AsDecimal, other.AsDecimal) switch
    {
        ({ } number, { } otherNumber) => number.CompareTo(otherNumber),
        _ when (value.AsBoolean, other.AsBoolean) is ({ } one, { } two) => one.CompareTo(two),
        _ => string.CompareOrdinal(value.ToString(), other.ToString()),
    };
}
