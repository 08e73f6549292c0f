using System.Globalization;
using Branchline.Protocol;

namespace Branchline.Client.Outgoing;

/// <summary>
/// Receipt numbers: a series for each till, allotted in the transaction that saves the sale, without gaps. In a draft a number is a
/// placeholder, because which one it is shows only then.
/// </summary>
internal static class Receipts
{
    // No text of a row may hold this character, so no text is a placeholder by chance.
    private const char Mark = '\0';

    public static string Placeholder(string series) => $"{Mark}{series}{Mark}";

    /// <summary>The writes with every placeholder replaced by its series' next number; one mutation, one number a series.</summary>
    public static IReadOnlyList<RowWrite> Fill(Database database, DraftContent draft)
    {
        if (draft.Series.Count == 0)
        {
            return draft.Writes;
        }

        var numbers = Allot(database, draft.Series);
        return [.. draft.Writes.Select(write => write with { Fields = Filled(write.Fields, numbers) })];
    }

    /// <summary>The write as it may come to be saved: with a number of the right form in each placeholder's stead.</summary>
    public static RowWrite Exemplify(RowWrite write, DraftContent draft) => draft.Series.Count == 0
        ? write
        : write with { Fields = Filled(write.Fields, draft.Series.Keys.ToDictionary(series => series, series => Number(series, 0))) };

    /// <summary>The numbers that a saved mutation was given, by series.</summary>
    public static IReadOnlyDictionary<string, string> Given(Database database, DraftContent draft) => draft.Series.Keys.ToDictionary(
        series => series, series => Number(series, Last(database, series)), StringComparer.Ordinal);

    private static Dictionary<string, string> Allot(Database database, IReadOnlyDictionary<string, long> known)
    {
        var numbers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (series, lastKnown) in known)
        {
            var next = Math.Max(Last(database, series), lastKnown) + 1;
            database.Prepare("INSERT OR REPLACE INTO receipts (series, last) VALUES (?1, ?2)").Bind(1, series).Bind(2, next).Run();
            numbers.Add(series, Number(series, next));
        }

        return numbers;
    }

    private static long Last(Database database, string series)
    {
        var statement = database.Prepare("SELECT last FROM receipts WHERE series = ?1").Bind(1, series);
        var last = statement.Step() ? statement.Integer(0) : 0;
        statement.Reset();
        return last;
    }

    private static string Number(string series, long number) => string.Create(CultureInfo.InvariantCulture, $"{series}-{number:d6}");

    private static Dictionary<string, FieldValue> Filled(IReadOnlyDictionary<string, FieldValue> fields, Dictionary<string, string> numbers) =>
        fields.ToDictionary(field => field.Key, field => Filled(field.Value, numbers), StringComparer.Ordinal);

    private static FieldValue Filled(FieldValue value, Dictionary<string, string> numbers)
    {
        if (value.AsText is not { } text || !text.Contains(Mark, StringComparison.Ordinal))
        {
            return value;
        }

        foreach (var (series, number) in numbers)
        {
            text = text.Replace(Placeholder(series), number, StringComparison.Ordinal);
        }

        return FieldValue.Of(text);
    }
}

/// <summary>A finished draft: its writes, and the series it takes a number of, with the last number known to be used.</summary>
internal sealed record DraftContent(IReadOnlyList<RowWrite> Writes, IReadOnlyDictionary<string, long> Series);
