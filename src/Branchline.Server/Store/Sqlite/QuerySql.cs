using System.Diagnostics;
using System.Text;
using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Store.Sqlite;

/// <summary>Turns a <see cref="RowQuery"/> into SQL with parameters. Names come from the schema, values never stand in the text.</summary>
internal sealed class QuerySql
{
    private readonly TableLayout _layout;
    private readonly StringBuilder _text;
    private readonly List<(Column Column, FieldValue Value)> _parameters = [];

    private QuerySql(TableLayout layout)
    {
        _layout = layout;
        _text = new StringBuilder(layout.SelectAll).Append(" WHERE _deleted IS NULL");
    }

    public string Text => _text.ToString();

    public static QuerySql From(RowQuery query, TableLayout layout)
    {
        var sql = new QuerySql(layout);
        sql.AddScopes(query.Table.Scope, query.Scopes);
        foreach (var filter in query.Filters)
        {
            sql.AddFilter(filter);
        }

        sql.AddSearch(query);
        sql.AddAfter(query);
        sql.AddSort(query);
        return sql;
    }

    public void Bind(Statement statement)
    {
        for (var index = 0; index < _parameters.Count; index++)
        {
            FieldCodec.Bind(statement, index + 1, _parameters[index].Column, _parameters[index].Value);
        }
    }

    /// <summary>Rows outside the scopes do not exist for the reader.</summary>
    private void AddScopes(ScopeRule rule, IReadOnlyList<string> scopes)
    {
        if (rule.Kind == ScopeRule.Everyone)
        {
            _text.Append(scopes.Contains(ScopeRule.Everyone) ? string.Empty : " AND 0");
            return;
        }

        var prefix = rule.Kind + ":";
        var column = Find(rule.Field!);
        var owners = scopes.Where(scope => scope.StartsWith(prefix, StringComparison.Ordinal))
            .Select(scope => Parameter(column, FieldValue.Of(scope[prefix.Length..])));
        _text.Append(" AND ").Append(TableLayout.Quote(column.Name)).Append(" IN (").AppendJoin(", ", owners).Append(')');
    }

    private void AddFilter(RowFilter filter)
    {
        var column = Find(filter.Field);
        var name = TableLayout.Quote(column.Name);
        var conditions = filter.Comparison == Comparison.Within
            ? filter.Values.Chunk(2).Select(pair => $"({name} >= {Parameter(column, pair[0])} AND {name} < {Parameter(column, pair[1])})")
            : filter.Values.Select(value => Condition(name, column, filter.Comparison, value));
        _text.Append(" AND (").AppendJoin(filter.Comparison == Comparison.NotEqual ? " AND " : " OR ", conditions).Append(')');
    }

    private string Condition(string name, Column column, Comparison comparison, FieldValue value)
    {
        if (value.IsNull)
        {
            return comparison == Comparison.NotEqual ? $"{name} IS NOT NULL" : $"{name} IS NULL";
        }

        return comparison switch
        {
            Comparison.Equal => $"{name} = {Parameter(column, value)}",
            Comparison.NotEqual => $"{name} IS NOT {Parameter(column, value)}",
            Comparison.Less => $"{name} < {Parameter(column, value)}",
            Comparison.LessOrEqual => $"{name} <= {Parameter(column, value)}",
            Comparison.Greater => $"{name} > {Parameter(column, value)}",
            Comparison.GreaterOrEqual => $"{name} >= {Parameter(column, value)}",
            _ => throw new UnreachableException(),
        };
    }

    private void AddSearch(RowQuery query)
    {
        string[] columns =
        [
            .. query.Table.Fields.Values.Where(field => field.Search)
                .Select(field => $"COALESCE({TableLayout.Quote(field.Name)}, '')"),
        ];
        if (columns.Length == 0 || string.IsNullOrWhiteSpace(query.Search))
        {
            return;
        }

        var text = new Column("search", FieldType.Text, 0);
        foreach (var word in query.Search.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            // LIKE knows upper and lower case of ASCII only; GLOB takes both forms of each letter.
            var (pattern, match) = Ascii.IsValid(word) ? (LikePattern(word), "LIKE {0} ESCAPE '\\'") : (GlobPattern(word), "GLOB {0}");
            var parameter = Parameter(text, FieldValue.Of(pattern));
            _text.Append(" AND (").AppendJoin(" || ' ' || ", columns).Append(") ").Append(match.Replace("{0}", parameter, StringComparison.Ordinal));
        }
    }

    private static string LikePattern(string word)
    {
        var pattern = word.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
        return $"%{pattern}%";
    }

    private static string GlobPattern(string word)
    {
        var pattern = new StringBuilder("*");
        foreach (var letter in word.EnumerateRunes())
        {
            if (letter.Value == '^')
            {
                // Inside brackets it would mean "none of".
                pattern.Append('^');
                continue;
            }

            var (lower, upper) = (Rune.ToLowerInvariant(letter), Rune.ToUpperInvariant(letter));
            pattern.Append('[').Append(lower).Append(lower == upper ? string.Empty : upper.ToString()).Append(']');
        }

        return pattern.Append('*').ToString();
    }

    /// <summary>Keyset paging: rows after the given sort values and id, column by column. Nulls sort first, as SQLite has it.</summary>
    private void AddAfter(RowQuery query)
    {
        if (query.After is not { } after)
        {
            return;
        }

        var keys = Keys(query);
        var alternatives = new List<string>();
        for (var last = 0; last < keys.Count; last++)
        {
            var parts = keys.Take(last).Select((key, index) => $"{TableLayout.Quote(key.Column.Name)} IS {Parameter(key.Column, after[index])}");
            alternatives.Add(string.Join(" AND ", parts.Append(Beyond(keys[last], after[last]))));
        }

        _text.Append(" AND ((").AppendJoin(") OR (", alternatives).Append("))");
    }

    private string Beyond((Column Column, bool Descending) key, FieldValue value)
    {
        var name = TableLayout.Quote(key.Column.Name);
        if (value.IsNull)
        {
            return key.Descending ? "0" : $"{name} IS NOT NULL";
        }

        return key.Descending
            ? $"({name} < {Parameter(key.Column, value)} OR {name} IS NULL)"
            : $"{name} > {Parameter(key.Column, value)}";
    }

    private void AddSort(RowQuery query)
    {
        var order = Keys(query).Select(key => TableLayout.Quote(key.Column.Name) + (key.Descending ? " DESC" : string.Empty));
        _text.Append(" ORDER BY ").AppendJoin(", ", order)
            .Append(System.Globalization.CultureInfo.InvariantCulture, $" LIMIT {query.Limit}");
    }

    private List<(Column Column, bool Descending)> Keys(RowQuery query) =>
        [
            .. query.Sort.Where(sort => sort.Field != "id").Select(sort => (Find(sort.Field), sort.Descending)),
            (new Column("id", FieldType.Text, 0), query.Sort.Any(sort => sort is { Field: "id", Descending: true })),
        ];

    private Column Find(string field) =>
        field == "id" ? new Column("id", FieldType.Text, 0) : _layout.Columns[_layout.ByName[field]];

    private string Parameter(Column column, FieldValue value)
    {
        _parameters.Add((column, value));
        return $"?{_parameters.Count}";
    }
}
