using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Store.Sqlite;

/// <summary>Sums of ledgers, as a connection sees them.</summary>
internal sealed class LedgerSql(Database database)
{
    /// <summary>A sum from its ledger alone: what the kept value must always equal.</summary>
    public decimal Recount(TableLayout ledger, SumRule sum, Guid row, IReadOnlyDictionary<string, FieldValue> fields)
    {
        var match = sum.Match.ToDictionary(
            pair => pair.Value, pair => pair.Key == "id" ? FieldValue.Of(row.ToString()) : fields.GetValueOrDefault(pair.Key), StringComparer.Ordinal);
        var counted = sum.Count is { } count ? NewestCount(ledger, count, match) : null;
        var stated = counted is null ? 0 : StatedAt(ledger, sum, match, counted);
        return stated + SumAfter(ledger, sum.Field, match, counted ?? string.Empty);
    }

    /// <summary>Sum of a ledger's field over the matching entries stamped after the given text.</summary>
    public decimal SumAfter(TableLayout ledger, string field, IReadOnlyDictionary<string, FieldValue> match, string after)
    {
        var conditions = string.Join(" AND ", match.Keys.Select((name, index) => $"{TableLayout.Quote(name)} = ?{index + 1}"));
        var statement = database.Prepare(
            $"SELECT COALESCE(SUM({TableLayout.Quote(field)}), 0) FROM {ledger.Name} WHERE {conditions} AND _at > ?{match.Count + 1}");
        BindMatch(statement, ledger, match);
        statement.Bind(match.Count + 1, after).Step();
        var sum = FieldCodec.Read(statement, 0, ledger.Columns[ledger.ByName[field]]);
        statement.Reset();
        return sum.AsDecimal ?? 0;
    }

    /// <summary>Stamp of the newest matching entry that is a count, or null.</summary>
    public string? NewestCount(
        TableLayout ledger, CountRule count, IReadOnlyDictionary<string, FieldValue> match)
    {
        var conditions = string.Join(" AND ", match.Keys.Select((name, index) => $"{TableLayout.Quote(name)} = ?{index + 1}"));
        // The count's value stands in the text so that the partial index on counts serves; it is a declared enum word.
        var statement = database.Prepare(
            $"SELECT MAX(_at) FROM {ledger.Name} WHERE {conditions} AND {TableLayout.Quote(count.Field)} = '{count.Value}'");
        BindMatch(statement, ledger, match);
        statement.Step();
        var stamp = statement.TextOrNull(0);
        statement.Reset();
        return stamp;
    }

    /// <summary>What the count with that stamp states; of several in one mutation the last.</summary>
    private decimal StatedAt(
        TableLayout ledger, SumRule sum, IReadOnlyDictionary<string, FieldValue> match, string at)
    {
        var conditions = string.Join(" AND ", match.Keys.Select((name, index) => $"{TableLayout.Quote(name)} = ?{index + 1}"));
        var statement = database.Prepare(
            $"SELECT {TableLayout.Quote(sum.Field)} FROM {ledger.Name} WHERE {conditions} AND _at = ?{match.Count + 1}"
            + $" AND {TableLayout.Quote(sum.Count!.Field)} = '{sum.Count.Value}' ORDER BY _no DESC LIMIT 1");
        BindMatch(statement, ledger, match);
        statement.Bind(match.Count + 1, at).Step();
        var stated = FieldCodec.Read(statement, 0, ledger.Columns[ledger.ByName[sum.Field]]);
        statement.Reset();
        return stated.AsDecimal ?? 0;
    }

    public static void BindMatch(Statement statement, TableLayout layout, IReadOnlyDictionary<string, FieldValue> match)
    {
        var index = 0;
        foreach (var (field, value) in match)
        {
            var column = layout.ByName.TryGetValue(field, out var place)
                ? layout.Columns[place]
                : new Column(field, FieldType.Text, 0);
            FieldCodec.Bind(statement, ++index, column, value);
        }
    }
}
