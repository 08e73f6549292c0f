using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Feed.Snapshots;

/// <summary>
/// Reads a scope's rows in chunks. The cursor is reserved by the first chunk; rows written meanwhile may already be newer than it,
/// which the log from the cursor on repeats harmlessly. Asked through the <see cref="SnapshotShelf"/>, which reads a chunk once for many.
/// </summary>
internal sealed class SnapshotReader(SqliteStore store, ReaderEpochs epochs)
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly TableLayout[] _tables =
        [.. store.Layouts.Values.OrderBy(layout => layout.Table.Name, StringComparer.Ordinal)];

    private long _reads;

    /// <summary>How many chunks were read from the tables.</summary>
    public long Reads => Interlocked.Read(ref _reads);

    /// <summary>Writes one chunk; tables that the reader may not read are left out.</summary>
    public async Task WriteChunkAsync(
        SnapshotRequest request, IBufferWriter<byte> output, CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        Interlocked.Increment(ref _reads);
        var token = request.After;
        using var json = new Utf8JsonWriter(output, Relaxed);
        json.WriteStartObject();
        json.WriteString("scope"u8, request.Scope);
        json.WriteString("cursor"u8, new Cursor(epochs.Of(request.Scope, request.Role), token.Seq).ToString());
        json.WriteStartArray("parts"u8);
        var next = WriteParts(json, lease.Database, request, token);
        json.WriteEndArray();
        json.WriteString("next"u8, next?.ToString());
        json.WriteEndObject();
    }

    private SnapshotToken? WriteParts(Utf8JsonWriter json, Database database, SnapshotRequest request, SnapshotToken token)
    {
        var left = request.Limit;
        for (var index = token.Table; index < _tables.Length; index++)
        {
            var layout = _tables[index];
            if (!RowScope.Covers(layout.Table.Scope, request.Scope) || !request.MayRead(layout.Table))
            {
                continue;
            }

            if (left == 0)
            {
                return token with { Table = index, Place = 0 };
            }

            var start = index == token.Table ? token.Place : 0;
            var (rows, place) = WritePart(json, Select(database, layout, request.Scope, start, left), layout);
            left -= rows;
            if (left == 0)
            {
                return token with { Table = index, Place = place };
            }
        }

        return null;
    }

    private static Statement Select(Database database, TableLayout layout, string scope, long place, int limit)
    {
        var owner = layout.Table.Scope.Field is { } field ? $" AND {TableLayout.Quote(field)} = ?3" : string.Empty;
        var columns = string.Join(", ", layout.Columns.Select(column => TableLayout.Quote(column.Name)));
        var statement = database.Prepare(
            $"SELECT _no, id, {columns} FROM {layout.Name} WHERE _no > ?1 AND _deleted IS NULL{owner} ORDER BY _no LIMIT ?2");
        statement.Bind(1, place).Bind(2, limit);
        return owner.Length == 0 ? statement : statement.Bind(3, scope[(scope.IndexOf(':', StringComparison.Ordinal) + 1)..]);
    }

    /// <summary>Nothing is written for a table without rows.</summary>
    private static (int Rows, long Place) WritePart(Utf8JsonWriter json, Statement statement, TableLayout layout)
    {
        var (rows, place) = (0, 0L);
        while (statement.Step())
        {
            if (rows++ == 0)
            {
                Open(json, layout);
            }

            place = statement.Integer(0);
            json.WriteStartArray();
            json.WriteStringValue(statement.Utf8(1));
            for (var index = 0; index < layout.Columns.Length; index++)
            {
                FieldCodec.Write(json, statement, index + 2, layout.Columns[index]);
            }

            json.WriteEndArray();
        }

        statement.Reset();
        if (rows > 0)
        {
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return (rows, place);
    }

    private static void Open(Utf8JsonWriter json, TableLayout layout)
    {
        json.WriteStartObject();
        json.WriteString("table"u8, layout.Table.Name);
        json.WriteStartArray("columns"u8);
        json.WriteStringValue("id"u8);
        foreach (var column in layout.Columns)
        {
            json.WriteStringValue(column.Name);
        }

        json.WriteEndArray();
        json.WriteStartArray("rows"u8);
    }
}

/// <summary>Which rows: about so many after a place.</summary>
internal sealed record SnapshotRequest(string Scope, SnapshotToken After, int Limit, string Role)
{
    public bool MayRead(TableSchema table) => table.Access.Read.Contains(Role);
}
