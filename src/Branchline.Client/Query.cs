using System.Collections.Immutable;
using Branchline.Protocol;

namespace Branchline.Client;

/// <summary>Which rows, in which order. The default is every row, by id, which is by age.</summary>
public sealed class Query
{
    private Query(Query? from)
    {
        Conditions = from?.Conditions ?? [];
        SortedBy = from?.SortedBy ?? [];
        MostRows = from?.MostRows ?? int.MaxValue;
    }

    /// <summary>Every row.</summary>
    public static Query All { get; } = new(null);

    internal ImmutableList<(string Field, ImmutableArray<FieldValue> AnyOf)> Conditions { get; private init; }

    internal ImmutableList<string> SortedBy { get; private init; }

    internal int MostRows { get; private init; }

    /// <summary>Only rows whose field, named as in the schema, is one of these values. No value at all matches no row.</summary>
    public Query Where(string field, params IEnumerable<FieldValue> anyOf) => new(this) { Conditions = Conditions.Add((field, [.. anyOf])) };

    /// <summary>Only rows whose field is this text, enum value, date or time; null: whose field is empty.</summary>
    public Query Where(string field, string? text) => Where(field, FieldValue.Of(text));

    /// <summary>Only rows whose field is this number.</summary>
    public Query Where(string field, long number) => Where(field, FieldValue.Of(number));

    /// <summary>Only rows whose field is true, or is false.</summary>
    public Query Where(string field, bool value) => Where(field, FieldValue.Of(value));

    /// <summary>Only rows whose ref names this row.</summary>
    public Query Where(string field, Guid id) => Where(field, FieldValue.Of(id.ToString()));

    /// <summary>By this field after those named before; a minus in front turns the order round: <c>-created_at</c>. What is empty comes first.</summary>
    public Query OrderBy(string field) => new(this) { SortedBy = SortedBy.Add(field) };

    /// <summary>At most so many rows; the default is all.</summary>
    public Query Take(int rows) => new(this) { MostRows = rows };
}
