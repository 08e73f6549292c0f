// Written for speed: a first sync of 100,000 rows waits for this loop (bench/results, first sync).
using System.Buffers;
using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Feed.ReadyFiles;

/// <summary>
/// Copies a table's rows from the store to a ready file, in the order of their ids, so that whoever takes them appends to a tree instead of
/// filling it here and there.
/// </summary>
internal sealed class ReadyFileRows(Database source, Database target)
{
    private const int RowsBetweenLooks = 1024;
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly Statement _insert = target.Prepare("INSERT INTO rows (tbl, scope, id, fields) VALUES (?1, ?2, ?3, ?4)");
    private readonly ArrayBufferWriter<byte> _fields = new(1024);

    /// <summary>Copies the rows of the owners' scopes, and adds to <paramref name="counts"/> how many each has.</summary>
    public void Copy(TableLayout layout, int table, Dictionary<string, int> owners, long[] counts, CancellationToken cancellationToken)
    {
        var names = Array.ConvertAll([.. layout.ColumnNames], name => JsonEncodedText.Encode(name));
        var owner = layout.Table.Scope.Field is { } field ? layout.ByName[field] : -1;
        var everyone = owner < 0 ? owners[owners.Keys.Single()] : -1;
        using var json = new Utf8JsonWriter(_fields, Relaxed);
        using var select = Select(layout, [.. owners.Keys]);
        _insert.Bind(1, table);
        for (var row = 1; select.Step(); row++)
        {
            if (row % RowsBetweenLooks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var scope = everyone;
            if (scope >= 0 || owners.TryGetValue(select.Text(owner + 1), out scope))
            {
                counts[scope]++;
                Insert(select, json, layout, names, scope + 1);
            }
        }
    }

    private void Insert(Statement select, Utf8JsonWriter json, TableLayout layout, JsonEncodedText[] names, int scope)
    {
        _fields.ResetWrittenCount();
        json.Reset();
        json.WriteStartObject();
        for (var index = 0; index < names.Length; index++)
        {
            if (!select.IsNull(index + 1))
            {
                json.WritePropertyName(names[index]);
                FieldCodec.Write(json, select, index + 1, layout.Columns[index]);
            }
        }

        json.WriteEndObject();
        json.Flush();
        Span<byte> key = stackalloc byte[16];
        if (!Utf8Parser.TryParse(select.Utf8(0), out Guid id, out _, 'D'))
        {
            throw new InvalidDataException("A stored row id is no UUID");
        }

        id.TryWriteBytes(key, bigEndian: true, out _);
        _insert.Bind(2, scope).BindBlob(3, key).BindUtf8(4, _fields.WrittenSpan).Run();
    }

    /// <summary>
    /// Of a table of which the reader sees most, all rows are looked through in the order of their ids; of another, the owners' rows are found first
    /// and their places sorted. SQLite by itself would sort whole rows, in memory.
    /// </summary>
    private Statement Select(TableLayout layout, string[] owners)
    {
        var columns = string.Join(", ", layout.Columns.Select(column => "t." + TableLayout.Quote(column.Name)));
        var byId = TableLayout.Quote($"sqlite_autoindex_{layout.Table.Name}_1");
        var all = $"SELECT t.id, {columns} FROM {layout.Name} t INDEXED BY {byId} WHERE t._deleted IS NULL ORDER BY t.id";
        if (layout.Table.Scope.Field is not { } field || SeesMost(layout, field, owners))
        {
            return source.PrepareOnce(all);
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
}
