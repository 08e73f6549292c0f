// A row's values go from the answer's bytes to the file's without becoming objects: the first sync of 100,000 rows is this loop.
using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Branchline.Protocol;

namespace Branchline.Client.Replica;

/// <summary>A snapshot's chunk apart from its rows.</summary>
internal sealed record ChunkHead(string Scope, Cursor Cursor, string? Next);

/// <summary>Reads a snapshot's chunk, and writes its rows to the file as they stand in it.</summary>
internal sealed class ChunkWriter(NameNumbers tables)
{
    private const int DeepestJson = 96;

    // A row that is newer than the snapshot stays.
    private const string Upsert = """
        INSERT INTO rows (tbl, id, scope, seq, life, mine, fields) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT (tbl, id) DO UPDATE SET scope = ?3, seq = ?4, life = ?5, mine = ?6, fields = ?7 WHERE seq <= ?4
        """;

    private static readonly JsonReaderOptions Reading = new() { MaxDepth = DeepestJson };

    private readonly ArrayBufferWriter<byte> _fields = new(1024);

    /// <summary>Everything but the rows. Throws <see cref="JsonException"/> when it is no chunk.</summary>
    public static ChunkHead ReadHead(ReadOnlySpan<byte> json)
    {
        string? scope = null, next = null;
        Cursor? cursor = null;
        var reader = new Utf8JsonReader(json, Reading);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "scope":
                    scope = reader.GetString();
                    break;
                case "cursor":
                    cursor = Cursor.TryParse(reader.GetString(), out var parsed) ? parsed : null;
                    break;
                case "next":
                    next = reader.GetString();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return scope is null || cursor is null ? throw new JsonException("Expected a snapshot's chunk") : new ChunkHead(scope, cursor.Value, next);
    }

    /// <summary>Writes the rows; this device's mutations up to <paramref name="mine"/> are in them. Answers how many there were.</summary>
    public int Write(Database database, ReadOnlySpan<byte> json, (int Scope, long Seq) place, (long Life, long N) mine)
    {
        var insert = database.Prepare(Upsert);
        insert.Bind(3, place.Scope).Bind(4, place.Seq).Bind(5, mine.Life).Bind(6, mine.N);
        var reader = new Utf8JsonReader(json, Reading);
        var rows = 0;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isParts = reader.ValueTextEquals("parts"u8);
            reader.Read();
            if (!isParts)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                rows += WritePart(database, insert, json, ref reader);
            }
        }

        return rows;
    }

    private int WritePart(Database database, Statement insert, ReadOnlySpan<byte> json, ref Utf8JsonReader reader)
    {
        byte[][] columns = [];
        var rows = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("table"u8))
            {
                reader.Read();
                insert.Bind(1, tables.Number(database, reader.GetString()!));
            }
            else if (reader.ValueTextEquals("columns"u8))
            {
                columns = ReadColumns(ref reader);
            }
            else if (reader.ValueTextEquals("rows"u8))
            {
                reader.Read();
                while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
                {
                    WriteRow(insert, json, ref reader, columns);
                    rows++;
                }
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return rows;
    }

    /// <summary>The columns' names as they stand before a value: <c>,"name":</c>.</summary>
    private static byte[][] ReadColumns(ref Utf8JsonReader reader)
    {
        var columns = new List<byte[]>();
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            columns.Add(Encoding.UTF8.GetBytes($",\"{JsonEncodedText.Encode(reader.GetString()!)}\":"));
        }

        return [.. columns];
    }

    private void WriteRow(Statement insert, ReadOnlySpan<byte> json, ref Utf8JsonReader reader, byte[][] columns)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String || !Utf8Parser.TryParse(reader.ValueSpan, out Guid id, out _, 'D'))
        {
            throw new JsonException("The first value of a row is its id");
        }

        _fields.ResetWrittenCount();
        for (var column = 1; reader.Read() && reader.TokenType != JsonTokenType.EndArray; column++)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (column >= columns.Length)
            {
                throw new JsonException("A row has more values than columns");
            }

            if (reader.TokenType != JsonTokenType.Null)
            {
                _fields.Write(columns[column]);
                _fields.Write(json[start..(int)reader.BytesConsumed]);
            }
        }

        _fields.Write(","u8);
        Insert(insert, id);
    }

    // The first comma becomes the opening brace, the last one the closing.
    private void Insert(Statement insert, Guid id)
    {
        var fields = MemoryMarshal.AsMemory(_fields.WrittenMemory).Span;
        if (fields.Length == 1)
        {
            fields = "{}"u8.ToArray();
        }

        fields[0] = (byte)'{';
        fields[^1] = (byte)'}';
        Span<byte> key = stackalloc byte[16];
        id.TryWriteBytes(key, bigEndian: true, out _);
        insert.BindBlob(2, key).BindUtf8(7, fields).Run();
    }
}
