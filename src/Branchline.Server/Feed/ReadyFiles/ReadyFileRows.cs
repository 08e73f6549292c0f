// Written for speed: a first sync waits for this loop (the first-sync figures of the bench).
using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Feed.ReadyFiles;

/// <summary>
/// Reads tables' rows for a ready file, in the order of their ids, so that whoever takes them appends to a tree instead of filling it here and there.
/// </summary>
internal sealed class ReadyFileRows(Database source, RowBatches batches)
{
    /// <summary>Reads the rows in the owners' scopes, and adds to <paramref name="counts"/> how many each has.</summary>
    public void Read(TableLayout layout, int table, Dictionary<string, int> owners, long[] counts, CancellationToken cancellationToken)
    {
        using var select = Select(layout, [.. owners.Keys]);
        using var part = new Part(layout, table, owners);
        for (var isMore = true; isMore && batches.TryTakeEmpty(out var batch, cancellationToken);)
        {
            isMore = Fill(batch, select, part, counts);
            batches.Hand(batch);
        }
    }

    /// <summary>False when there are no more rows.</summary>
    private static bool Fill(RowBatch batch, Statement select, Part part, long[] counts)
    {
        while (!batch.IsFull)
        {
            if (!select.Step())
            {
                return false;
            }

            if (part.ScopeOf(select) is { } scope)
            {
                counts[scope]++;
                batch.Rows.Add(new RowBatch.Row(part.Table, scope + 1, IdIn(select), WriteFields(batch.Fields, select, part)));
            }
        }

        return true;
    }

    // The first comma becomes the opening brace.
    private static int WriteFields(ArrayBufferWriter<byte> output, Statement select, Part part)
    {
        var start = output.WrittenCount;
        for (var index = 0; index < part.Fields.Length; index++)
        {
            part.Fields[index].Append(output, select, index + 1);
        }

        output.Write(output.WrittenCount == start ? "{}"u8 : "}"u8);
        MemoryMarshal.AsMemory(output.WrittenMemory).Span[start] = (byte)'{';
        return output.WrittenCount - start;
    }

    private static Guid IdIn(Statement select) => Utf8Parser.TryParse(select.Utf8(0), out Guid id, out _, 'D')
        ? id
        : throw new InvalidDataException("A stored row id is no UUID");

    /// <summary>
    /// Of a table of which the reader sees most, all rows are looked through in the order of their ids; of another, the owners' rows are found first
    /// and their places sorted. SQLite by itself would sort whole rows, in memory.
    /// </summary>
    private Statement Select(TableLayout layout, string[] owners)
    {
        var columns = string.Join(", ", layout.Columns.Select(column => "t." + TableLayout.Quote(column.Name)));
        if (layout.Table.Scope.Field is not { } field || SeesMost(layout, field, owners))
        {
            var byId = TableLayout.Quote($"sqlite_autoindex_{layout.Table.Name}_1");
            return source.PrepareOnce($"SELECT t.id, {columns} FROM {layout.Name} t INDEXED BY {byId} WHERE t._deleted IS NULL ORDER BY t.id");
        }

        return source.PrepareOnce(
            $"SELECT t.id, {columns} FROM (SELECT _no FROM {layout.Name} WHERE {TableLayout.Quote(field)} IN (SELECT value FROM json_each(?1)) "
            + $"AND _deleted IS NULL ORDER BY id LIMIT -1) own CROSS JOIN {layout.Name} t ON t._no = own._no").Bind(1, List(owners));
    }

    private bool SeesMost(TableLayout layout, string field, string[] owners)
    {
        using var count = source.PrepareOnce(
            $"SELECT COUNT(*) FROM {layout.Name} WHERE {TableLayout.Quote(field)} IN (SELECT value FROM json_each(?1))").Bind(1, List(owners));
        return count.Step() && count.Integer(0) * 2 > source.Number($"SELECT COUNT(*) FROM {layout.Name}");
    }

    private static string List(string[] owners) => "[" + string.Join(',', owners.Select(owner => $"\"{JsonEncodedText.Encode(owner)}\"")) + "]";

    /// <summary>A table as it is read: its fields as they are written, and where a row's owner stands.</summary>
    private sealed class Part(TableLayout layout, int table, Dictionary<string, int> owners) : IDisposable
    {
        private readonly int _owner = layout.Table.Scope.Field is { } field ? layout.ByName[field] + 1 : -1;
        private readonly int _everyone = layout.Table.Scope.Field is null ? owners.Values.Single() : -1;

        public int Table => table;

        public FieldSpelling[] Fields { get; } = [.. layout.Columns.Select(column => new FieldSpelling(column))];

        /// <summary>The place of the row's scope among the reader's, or null when it is none of theirs.</summary>
        public int? ScopeOf(Statement select) =>
            _owner < 0 ? _everyone : owners.TryGetValue(select.Text(_owner), out var scope) ? scope : null;

        public void Dispose()
        {
            foreach (var field in Fields)
            {
                field.Dispose();
            }
        }
    }
}
