using System.Globalization;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Feed.Checksums;

/// <summary>The live rows of a table in a scope whose ids lie in a range, in the order of their ids.</summary>
internal sealed class RangeRows(Database database, TableLayout layout, string scope, CompareRange range)
{
    private const int MostSplits = 16;

    private readonly string _where = "_deleted IS NULL"
        + (range.After is null ? "" : " AND id > ?1") + (range.To is null ? "" : " AND id <= ?2")
        + (layout.Table.Scope.Field is { } owner ? $" AND {TableLayout.Quote(owner)} = ?3" : "");

    public CompareRange Range => range;

    public TableLayout Layout => layout;

    public bool IsWholeTable => range.After is null && range.To is null;

    public ulong Sum() => Read().Aggregate(0UL, (sum, row) => unchecked(sum + row.Sum));

    public IEnumerable<(StoredRow Row, ulong Sum)> Read()
    {
        var checksum = new RowChecksum();
        var statement = Select($"{layout.SelectAll} WHERE {_where} ORDER BY id");
        try
        {
            while (statement.Step())
            {
                var row = RowSql.ReadStored(statement, layout);
                yield return (row, checksum.Of(layout.Table.Name, row.Id, layout.NamesInOrder, row.Fields));
            }
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>How many rows there are, and the ids that part them evenly: every so many, so many more whenever there are too many.</summary>
    public (long Count, IReadOnlyList<Guid> Splits) Divide()
    {
        var (count, every, splits) = (0L, 1L, new List<Guid>());
        var statement = Select($"SELECT id FROM {layout.Name} WHERE {_where} ORDER BY id");
        while (statement.Step())
        {
            if (++count % every == 0)
            {
                splits.Add(Guid.Parse(statement.Text(0), CultureInfo.InvariantCulture));
            }

            if (splits.Count == MostSplits * 2)
            {
                splits = [.. splits.Where((_, index) => index % 2 == 1)];
                every *= 2;
            }
        }

        statement.Reset();
        return (count, splits);
    }

    private Statement Select(string sql)
    {
        var statement = database.Prepare(sql);
        _ = range.After is { } after ? statement.Bind(1, after) : statement;
        _ = range.To is { } to ? statement.Bind(2, to) : statement;
        return layout.Table.Scope.Field is null ? statement : statement.Bind(3, scope[(scope.IndexOf(':', StringComparison.Ordinal) + 1)..]);
    }
}
