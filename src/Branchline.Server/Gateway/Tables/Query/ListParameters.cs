using System.Globalization;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Branchline.Server.Gateway.Tables.Query;

/// <summary>What a list's address asks for. <see cref="Read"/> fills it in or says what is wrong and what would be right.</summary>
internal sealed class ListParameters(RestTable table)
{
    public const string Search = "search";
    public const string SortBy = "sort";
    public const string LimitTo = "limit";
    public const string After = "after";
    public const string Fields = "fields";
    public const int DefaultLimit = 1000;
    public const int MaxLimit = 5000;

    /// <summary>How many values and words all parameters may name together.</summary>
    public const int MostConditions = 500;

    // What browsers' libraries add against caches.
    private const string CacheBreaker = "_";

    private readonly List<RowFilter> _filters = [];
    private readonly List<RowSort> _sort = [];
    private string? _search;
    private string? _after;

    /// <summary>Where days are counted; set before reading.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>How many rows to answer.</summary>
    public int Limit { get; private set; } = DefaultLimit;

    /// <summary>The members of each row to answer.</summary>
    public IReadOnlyList<RestColumn> Columns { get; private set; } = table.Columns;

    public IReadOnlyList<RowSort> Sort => _sort;

    public IReadOnlyList<RowFilter> Filters => _filters;

    public Problem? Read(IQueryCollection query)
    {
        foreach (var (name, texts) in query)
        {
            var problem = ReadOne(name, texts);
            if (problem is null && CountConditions() > MostConditions)
            {
                problem = Wrong(name, $"A list takes at most {MostConditions} values and words", "Ask in several requests");
            }

            if (problem is not null)
            {
                return problem with { Table = table.Name };
            }
        }

        return null;
    }

    /// <summary>Only <c>fields</c>, for a single row.</summary>
    public Problem? ReadFields(IQueryCollection query)
    {
        foreach (var (name, texts) in query)
        {
            var problem = name switch
            {
                CacheBreaker => null,
                Fields => ReadColumns(FilterParameter.SplitValues(texts)),
                _ => Wrong(name, $"A single row takes no parameter \"{name}\"", "Use fields=NAME,NAME or none"),
            };
            if (problem is not null)
            {
                return problem with { Table = table.Name };
            }
        }

        return null;
    }

    /// <summary>The query for one row more than is answered: it tells whether there is a next page. Null when the token is none of ours.</summary>
    public RowQuery? ToQuery(IReadOnlyList<string> scopes)
    {
        var after = _after is null ? null : KeysetToken.Decode(_sort, _after);
        return _after is not null && after is null
            ? null
            : new RowQuery(table.Schema, scopes)
            {
                Filters = _filters, Search = _search, Sort = _sort, After = after, Limit = Limit + 1,
            };
    }

    private int CountConditions() =>
        _filters.Sum(filter => filter.Values.Count) + (_search?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length ?? 0);

    private Problem? ReadOne(string name, StringValues texts)
    {
        switch (name)
        {
            case CacheBreaker:
                return null;
            case SortBy:
                return ReadSort(FilterParameter.SplitValues(texts));
            case LimitTo:
                return ReadLimit(texts.ToString());
            case After:
                _after = texts.ToString() is { Length: > 0 } token ? token : null;
                return null;
            case Fields:
                return ReadColumns(FilterParameter.SplitValues(texts));
            case Search when table.HasSearch:
                _search = string.Join(' ', texts.ToArray()).Trim() is { Length: > 0 } words ? words : null;
                return null;
            default:
                return ReadFilter(name, texts);
        }
    }

    private Problem? ReadFilter(string parameter, StringValues texts)
    {
        if (FilterParameter.SplitName(parameter) is not { } split)
        {
            return Wrong(parameter, $"\"{parameter}\" compares in a way that does not exist", $"In brackets stands one of {FilterParameter.Operators}");
        }

        if (table.Find(split.Name) is not { } column || column.Field.Type == FieldType.Json)
        {
            return Wrong(parameter, $"{table.Name} cannot be filtered by \"{split.Name}\"", "Use one of " + string.Join(", ", Known()));
        }

        var values = FilterParameter.SplitValues(texts);
        return values.Count == 0 ? null : new FilterParameter(parameter, column.Field, split.Comparison) { Zone = Zone }.AddTo(_filters, values);
    }

    private Problem? ReadSort(List<string> keys)
    {
        foreach (var key in keys)
        {
            var descending = key.StartsWith('-');
            var name = descending ? key[1..] : key;
            if (table.Find(name) is not { } column || column.Field.Type == FieldType.Json)
            {
                return Wrong(SortBy, $"{table.Name} cannot be sorted by \"{name}\"", "Use one of " + string.Join(", ", Sortable()));
            }

            _sort.Add(new RowSort(column.Name, descending));
            if (column.IsId)
            {
                // No two rows are equal from here on.
                break;
            }
        }

        return null;
    }

    private Problem? ReadLimit(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) || limit is < 1 or > MaxLimit)
        {
            return Wrong(LimitTo, $"\"{text}\" is no number of rows", $"Send a number from 1 to {MaxLimit}; without it {DefaultLimit} rows are answered");
        }

        Limit = limit;
        return null;
    }

    private Problem? ReadColumns(List<string> names)
    {
        if (names.FirstOrDefault(name => table.Find(name) is null) is { } unknown)
        {
            return Wrong(Fields, $"{table.Name} has no field \"{unknown}\"", "Use one of " + string.Join(", ", table.Columns.Select(column => column.Name)));
        }

        if (names.Count > 0)
        {
            var wanted = names.Select(name => table.Find(name)!.Name).ToHashSet(StringComparer.Ordinal);
            Columns = [.. table.Columns.Where(column => column.IsId || wanted.Contains(column.Name))];
        }

        return null;
    }

    private IEnumerable<string> Known() =>
    [
        .. table.HasSearch ? [Search] : Array.Empty<string>(), .. table.Aliases.Keys, .. Sortable(), SortBy, LimitTo, After, Fields,
    ];

    private IEnumerable<string> Sortable() =>
        table.Columns.Where(column => column.Field.Type != FieldType.Json).Select(column => column.Name);

    private static Problem Wrong(string parameter, string detail, string remedy) =>
        Problems.ForField(ErrorCodes.ParameterInvalid, parameter, detail, remedy);
}
