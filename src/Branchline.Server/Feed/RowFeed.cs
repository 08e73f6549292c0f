using System.Globalization;
using System.Text.Json;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Feed;

/// <summary>Reads a stretch of the log as the rows it touched, each once, for readers that keep no replica.</summary>
internal sealed class RowFeed(SqliteStore store, FeedMarks marks)
{
    // The plus signs keep the order of the log's own key: a stretch is read from its beginning and no further than needed.
    private const string Stretch = """
        SELECT seq, first, tbl, row, json FROM _log
        WHERE seq > ?1 AND +scope IN (SELECT id FROM _scopes WHERE name IN (SELECT value FROM json_each(?2)))
          AND +tbl IN (SELECT value FROM json_each(?3)) ORDER BY seq
        """;

    /// <summary>About so many changes after a place; ends where a mutation ends.</summary>
    public async Task<TouchedRows> ReadAsync(RowStretch stretch, CancellationToken cancellationToken)
    {
        var head = marks.Head;
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        var statement = lease.Database.Prepare(Stretch)
            .Bind(1, stretch.After).Bind(2, List(stretch.Scopes)).Bind(3, List(stretch.Tables));
        var rows = new Dictionary<Guid, TouchedRow>();
        try
        {
            var (count, last, mutation) = (0, stretch.After, 0L);
            while (statement.Step())
            {
                if (count >= stretch.Limit && statement.Integer(1) != mutation)
                {
                    return new TouchedRows(InOrder(rows), last, true);
                }

                count++;
                (last, mutation) = (statement.Integer(0), statement.Integer(1));
                var id = Guid.Parse(statement.Text(3), CultureInfo.InvariantCulture);
                var change = new TouchedRow(statement.Text(2), id, last, FieldsOf(statement));
                rows[id] = rows.TryGetValue(id, out var before) ? before.With(change) : change;
            }

            return new TouchedRows(InOrder(rows), Math.Max(last, head), false);
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>Which tables have changes after a place; null stands for every scope.</summary>
    public async Task<IReadOnlyList<string>> TablesSinceAsync(long after, IReadOnlyList<string>? scopes, CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        var statement = lease.Database.Prepare("""
            SELECT DISTINCT tbl FROM _log WHERE seq > ?1
              AND (?2 IS NULL OR +scope IN (SELECT id FROM _scopes WHERE name IN (SELECT value FROM json_each(?2))))
            """).Bind(1, after).Bind(2, scopes is null ? null : List(scopes));
        try
        {
            var tables = new List<string>();
            while (statement.Step())
            {
                tables.Add(statement.Text(0));
            }

            return tables;
        }
        finally
        {
            statement.Reset();
        }
    }

    // A compacted entry may be whole because it stands for several, and the row had other forms before.
    private LoggedFields FieldsOf(Statement statement)
    {
        var fields = LoggedFields.Of(statement.Utf8(4));
        return statement.Integer(0) > marks.Compacted ? fields : fields with { CameWhole = false };
    }

    private static string List(IReadOnlyList<string> names) =>
        "[" + string.Join(',', names.Select(name => $"\"{JsonEncodedText.Encode(name)}\"")) + "]";

    private static TouchedRow[] InOrder(Dictionary<Guid, TouchedRow> rows) => [.. rows.Values.OrderBy(row => row.Seq)];
}

/// <summary>Which stretch: about <paramref name="Limit"/> changes after a place, of rows in any of the scopes.</summary>
internal sealed record RowStretch(IReadOnlyList<string> Scopes, IReadOnlyList<string> Tables, long After, int Limit);

/// <summary>The rows in the order of their last changes, and how far was read.</summary>
internal sealed record TouchedRows(IReadOnlyList<TouchedRow> Rows, long To, bool More);

/// <summary>A row that a stretch touched, with its last change and all that was written to it.</summary>
internal sealed record TouchedRow(string Table, Guid Id, long Seq, LoggedFields Fields)
{
    public TouchedRow With(TouchedRow later) => later with { Fields = Fields.With(later.Fields) };
}

/// <summary>What the log says of a row: which fields, and whether it came whole and nothing was written to it since, so that there was never another form of it.</summary>
internal sealed record LoggedFields(bool CameWhole, IReadOnlySet<string> Names)
{
    // Only whole rows carry it.
    private const string OfWholeRows = "created_at";

    public static LoggedFields Of(ReadOnlySpan<byte> change)
    {
        using var document = JsonDocument.Parse(change.ToArray());
        HashSet<string> names = document.RootElement.TryGetProperty("fields", out var fields)
            ? [.. fields.EnumerateObject().Select(field => field.Name)]
            : [];
        return new LoggedFields(names.Contains(OfWholeRows), names);
    }

    public LoggedFields With(LoggedFields later) => new(false, Names.Concat(later.Names).ToHashSet());
}
