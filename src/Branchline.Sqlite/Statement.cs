using System.Runtime.InteropServices;
using System.Text;
using SQLitePCL;

namespace Branchline.Sqlite;

/// <summary>
/// A prepared statement, used over and over by one thread at a time. Parameters count from 1, columns from 0.
/// Called directly rather than through ADO.NET for the pushed-mutations figure of the bench.
/// </summary>
internal sealed unsafe class Statement : IDisposable
{
    // Longer ones are rare, and would lie here for as long as the statement is kept.
    private const int MostKept = 4096;
    private const int LeastKept = 64;
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _handle;

    // The handle's address; valid until it is disposed of.
    private readonly nint _statement;

    // What is bound to each parameter lies here until something else is: SQLite itself would allocate, copy and free at every binding.
    private Kept[] _kept = [];

    public Statement(sqlite3 database, string sql)
    {
        _database = database;
        SqliteFailure.ThrowUnlessOk(raw.sqlite3_prepare_v2(database, sql, out _handle), database);
        _statement = _handle.DangerousGetHandle();
    }

    public Statement Bind(int index, long value)
    {
        SqliteFailure.ThrowUnlessOk(Native.BindInteger(_statement, index, value), _database);
        return this;
    }

    public Statement BindNull(int index)
    {
        SqliteFailure.ThrowUnlessOk(Native.BindNull(_statement, index), _database);
        return this;
    }

    public Statement Bind(int index, string? text)
    {
        if (text is null)
        {
            return BindNull(index);
        }

        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (most > MostKept)
        {
            return BindUtf8(index, Encoding.UTF8.GetBytes(text));
        }

        var place = PlaceOf(index, most);
        fixed (char* first = text)
        {
            return BindKept(index, place, Encoding.UTF8.GetBytes(first, text.Length, place, most));
        }
    }

    public Statement Bind(int index, Guid id)
    {
        const int Length = 36;
        var place = PlaceOf(index, Length);
        id.TryFormat(new Span<byte>(place, Length), out _);
        return BindKept(index, place, Length);
    }

    public Statement BindUtf8(int index, ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length <= MostKept)
        {
            var place = PlaceOf(index, utf8.Length);
            utf8.CopyTo(new Span<byte>(place, utf8.Length));
            return BindKept(index, place, utf8.Length);
        }

        fixed (byte* first = utf8)
        {
            SqliteFailure.ThrowUnlessOk(Native.BindText(_statement, index, first, utf8.Length, Native.Transient), _database);
        }

        return this;
    }

    public Statement BindBlob(int index, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= MostKept)
        {
            var place = PlaceOf(index, bytes.Length);
            bytes.CopyTo(new Span<byte>(place, bytes.Length));
            SqliteFailure.ThrowUnlessOk(Native.BindBlob(_statement, index, place, bytes.Length, Native.Static), _database);
            return this;
        }

        fixed (byte* first = bytes)
        {
            SqliteFailure.ThrowUnlessOk(Native.BindBlob(_statement, index, first, bytes.Length, Native.Transient), _database);
        }

        return this;
    }

    /// <summary>True when there is a row to read; false at the end.</summary>
    public bool Step()
    {
        var result = Native.Step(_statement);
        if (result is raw.SQLITE_ROW)
        {
            return true;
        }

        if (result is raw.SQLITE_DONE)
        {
            return false;
        }

        var failure = new SqliteFailure(
            raw.sqlite3_extended_errcode(_database), raw.sqlite3_errmsg(_database).utf8_to_string());
        Reset();
        throw failure;
    }

    /// <summary>Runs to the end and makes ready for the next use.</summary>
    public void Run()
    {
        while (Step())
        {
        }

        Reset();
    }

    // What it answers is the error that the last step threw already.
    public void Reset() => _ = Native.Reset(_statement);

    public bool IsNull(int column) => Native.ColumnType(_statement, column) == raw.SQLITE_NULL;

    public long Integer(int column) => Native.ColumnInteger(_statement, column);

    public string Text(int column) => Encoding.UTF8.GetString(Utf8(column));

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>The column's bytes; valid until the next step or reset.</summary>
    public ReadOnlySpan<byte> Utf8(int column) =>
        new((byte*)Native.ColumnBlob(_statement, column), Native.ColumnBytes(_statement, column));

    public void Dispose()
    {
        _handle.Dispose();
        foreach (var kept in _kept)
        {
            NativeMemory.Free(kept.Place);
        }

        _kept = [];
    }

    private Statement BindKept(int index, byte* place, int length)
    {
        SqliteFailure.ThrowUnlessOk(Native.BindText(_statement, index, place, length, Native.Static), _database);
        return this;
    }

    /// <summary>Where the parameter's bytes are put; at least one byte, so that it has an address: SQLite would take none for null.</summary>
    private byte* PlaceOf(int index, int length)
    {
        if (index >= _kept.Length)
        {
            Array.Resize(ref _kept, Math.Max(index + 1, raw.sqlite3_bind_parameter_count(_handle) + 1));
        }

        ref var kept = ref _kept[index];
        if (kept.Place is null || kept.Length < length)
        {
            // The old place goes, so nothing may be bound to it; a statement that is being read refuses here, before anything is moved.
            BindNull(index);
            var size = Math.Max(LeastKept, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)length));
            kept = new Kept((byte*)NativeMemory.Realloc(kept.Place, (nuint)size), size);
        }

        return kept.Place;
    }

    private readonly struct Kept(byte* place, int length)
    {
        public byte* Place => place;

        public int Length => length;
    }
}
