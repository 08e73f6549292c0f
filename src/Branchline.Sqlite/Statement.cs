using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using SQLitePCL;

namespace Branchline.Sqlite;

/// <summary>
/// A prepared statement, used over and over by one thread at a time. Parameters count from 1, columns from 0.
/// Called directly rather than through ADO.NET for the pushed-mutations figure of the bench.
/// </summary>
internal sealed class Statement : IDisposable
{
    private const int SmallText = 256;
    private static readonly byte[] Nothing = [0];
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _handle;

    // The handle's address; valid until it is disposed of.
    private readonly nint _statement;

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
        if (most <= SmallText)
        {
            Span<byte> small = stackalloc byte[SmallText];
            return BindUtf8(index, small[..Encoding.UTF8.GetBytes(text, small)]);
        }

        var rented = ArrayPool<byte>.Shared.Rent(most);
        BindUtf8(index, rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)));
        ArrayPool<byte>.Shared.Return(rented);
        return this;
    }

    public Statement Bind(int index, Guid id)
    {
        Span<byte> text = stackalloc byte[36];
        id.TryFormat(text, out _);
        return BindUtf8(index, text);
    }

    public Statement BindUtf8(int index, ReadOnlySpan<byte> utf8)
    {
        // An empty span has no address, and SQLite would take it for null.
        ref var first = ref utf8.IsEmpty ? ref Nothing[0] : ref MemoryMarshal.GetReference(utf8);
        var result = Native.BindText(_statement, index, ref first, utf8.Length, Native.Transient);
        SqliteFailure.ThrowUnlessOk(result, _database);
        return this;
    }

    public Statement BindBlob(int index, ReadOnlySpan<byte> bytes)
    {
        ref var first = ref bytes.IsEmpty ? ref Nothing[0] : ref MemoryMarshal.GetReference(bytes);
        var result = Native.BindBlob(_statement, index, ref first, bytes.Length, Native.Transient);
        SqliteFailure.ThrowUnlessOk(result, _database);
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
    public unsafe ReadOnlySpan<byte> Utf8(int column) =>
        new((byte*)Native.ColumnBlob(_statement, column), Native.ColumnBytes(_statement, column));

    public void Dispose() => _handle.Dispose();
}
