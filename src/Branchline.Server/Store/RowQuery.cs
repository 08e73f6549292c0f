using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Store;

/// <summary>How a filter compares.</summary>
internal enum Comparison
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,

    /// <summary>From a value up to, and without, the next one. The values come in pairs.</summary>
    Within,
}

/// <summary>One condition; a list of values means any of them.</summary>
internal sealed record RowFilter(string Field, Comparison Comparison, IReadOnlyList<FieldValue> Values);

/// <summary>A sort key; <c>id</c>, <c>created_at</c> and <c>updated_at</c> may be sorted by, too.</summary>
internal sealed record RowSort(string Field, bool Descending);

/// <summary>Live rows of a table within the given scopes. Sorted by <see cref="Sort"/> and then by id.</summary>
internal sealed record RowQuery(TableSchema Table, IReadOnlyList<string> Scopes)
{
    public IReadOnlyList<RowFilter> Filters { get; init; } = [];

    /// <summary>Words that must all occur in the table's search fields, ignoring case.</summary>
    public string? Search { get; init; }

    public IReadOnlyList<RowSort> Sort { get; init; } = [];

    /// <summary>The last row of the page before: its sort values, then its id.</summary>
    public IReadOnlyList<FieldValue>? After { get; init; }

    public int Limit { get; init; } = 1000;
}
