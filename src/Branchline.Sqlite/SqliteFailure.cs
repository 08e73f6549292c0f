using SQLitePCL;

namespace Branchline.Sqlite;

/// <summary>SQLite refused. <see cref="IsUnavailable"/>: the disk or file is at fault, not the statement.</summary>
internal sealed class SqliteFailure(int code, string message) : Exception($"SQLite error {code}: {message}")
{
    public int Code { get; } = code;

    public bool IsUnavailable => (Code & 0xFF) is
        raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_BUSY or raw.SQLITE_READONLY
        or raw.SQLITE_CANTOPEN or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_NOMEM;

    public bool IsDamaged => (Code & 0xFF) is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    public static void ThrowUnlessOk(int result, sqlite3 database)
    {
        if (result != raw.SQLITE_OK)
        {
            throw new SqliteFailure(raw.sqlite3_extended_errcode(database), raw.sqlite3_errmsg(database).utf8_to_string());
        }
    }
}
