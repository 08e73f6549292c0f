using System.Globalization;
using System.Text;
using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Client.Replica;

/// <summary>
/// A query made ready to run: what SQLite can sort out among the confirmed rows, and the whole of it for rows as this device sees them.
/// </summary>
internal sealed class QueryPlan
{
    private const int FirstParameter = 2;
    private readonly Query _query;
    private readonly List<FieldValue> _parameters;

    private QueryPlan(Query query, List<FieldValue> parameters, string condition)
    {
        _query = query;
        _parameters = parameters;
        Condition = condition;
    }

    /// <summary>SQL after <c>WHERE tbl = ?1</c>.</summary>
    public string Condition { get; }

    /// <summary><paramref name="isLoose"/>: pending entries change rows that nothing is written to, so all rows have to be looked at.</summary>
    public static QueryPlan Of(Query query, TableSchema? table, bool isLoose)
    {
        var sql = new StringBuilder();
        var parameters = new List<FieldValue>();
        foreach (var (field, anyOf) in isLoose ? [] : query.Conditions)
        {
            if (IsExact(table, field) && anyOf.Length == 1)
            {
                sql.Append(CultureInfo.InvariantCulture, $" AND json_extract(fields, '$.{field}') IS ?{FirstParameter + parameters.Count}");
                parameters.Add(anyOf[0]);
            }
        }

        return new QueryPlan(query, parameters, sql.ToString());
    }

    public void Bind(Statement statement)
    {
        for (var index = 0; index < _parameters.Count; index++)
        {
            var value = _parameters[index];
            _ = value.Kind switch
            {
                FieldValueKind.Null => statement.BindNull(FirstParameter + index),
                FieldValueKind.Integer => statement.Bind(FirstParameter + index, value.AsInteger!.Value),
                FieldValueKind.Boolean => statement.Bind(FirstParameter + index, value.AsBoolean!.Value ? 1 : 0),
                _ => statement.Bind(FirstParameter + index, value.AsText),
            };
        }
    }

    /// <summary>Those of the rows that match, in order.</summary>
    public List<LocalRow> Finish(IEnumerable<LocalRow> rows)
    {
        var matching = rows.Where(Matches).ToList();
        matching.Sort(Compare);
        return matching.Count <= _query.MostRows ? matching : matching[.._query.MostRows];
    }

    // Decimals and JSON have more forms than one on the way through SQLite. The names of declared fields need no quoting.
    private static bool IsExact(TableSchema? table, string field) =>
        table is not null && table.Fields.TryGetValue(field, out var declared) && declared.Type is not (FieldType.Decimal or FieldType.Json);

    private static FieldValue ValueOf(LocalRow row, string field) =>
        field == "id" ? FieldValue.Of(row.Id.ToString()) : row.Fields.GetValueOrDefault(field);

    private bool Matches(LocalRow row) => _query.Conditions.All(condition => condition.AnyOf.Contains(ValueOf(row, condition.Field)));

    /// <summary>A total order: ids settle what fields leave open.</summary>
    private int Compare(LocalRow left, LocalRow right)
    {
        foreach (var name in _query.SortedBy)
        {
            var field = name.TrimStart('-');
            var order = Compare(ValueOf(left, field), ValueOf(right, field));
            if (order != 0)
            {
                return name.StartsWith('-') ? -order : order;
            }
        }

        return left.Id.CompareTo(right.Id);
    }

    private static int Compare(FieldValue left, FieldValue right)
    {
        if (left.IsNull || right.IsNull)
        {
            return right.IsNull.CompareTo(left.IsNull);
        }

        return left.AsDecimal is { } one && right.AsDecimal is { } other
            ? one.CompareTo(other)
            : string.CompareOrdinal(left.ToString(), right.ToString());
    }
}
