using SQLitePCL;

namespace Branchline.Sqlite;

/// <summary>One connection to the database file, and its prepared statements by text. One thread at a time.</summary>
internal sealed class Database : IDisposable
{
    private const int BusyMilliseconds = 5000;
    private const int MostStatements = 512;
    private readonly sqlite3 _handle;
    private readonly Dictionary<string, Statement> _statements = new(new TextByLength());

    private Database(sqlite3 handle) => _handle = handle;

    /// <summary>Whether no transaction is open; SQLite ends one by itself on some errors.</summary>
    public bool IsIdle => raw.sqlite3_get_autocommit(_handle) != 0;

    public int RowsChanged => raw.sqlite3_changes(_handle);

    public static Database Open(string file, bool readOnly)
    {
        SqliteLibrary.EnsureLoaded();
        var flags = raw.SQLITE_OPEN_NOMUTEX
            | (readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE);
        var result = raw.sqlite3_open_v2(file, out var handle, flags, null);
        var database = new Database(handle);
        try
        {
            SqliteFailure.ThrowUnlessOk(result, handle);
            SqliteFailure.ThrowUnlessOk(raw.sqlite3_busy_timeout(handle, BusyMilliseconds), handle);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Runs statements that return nothing.</summary>
    public void Execute(string sql) => SqliteFailure.ThrowUnlessOk(raw.sqlite3_exec(_handle, sql), _handle);

    /// <summary>The statement of that text, prepared on first use and kept. The caller resets it after reading.</summary>
    public Statement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            if (_statements.Count == MostStatements)
            {
                Forget();
            }

            statement = new Statement(_handle, sql);
            _statements.Add(sql, statement);
        }

        return statement;
    }

    /// <summary>A statement for one use; the caller disposes of it.</summary>
    public Statement PrepareOnce(string sql) => new(_handle, sql);

    public string? Scalar(string sql)
    {
        using var statement = PrepareOnce(sql);
        return statement.Step() ? statement.TextOrNull(0) : null;
    }

    /// <summary>The number that a question with at most one parameter is answered with.</summary>
    public long Number(string sql, long? parameter = null)
    {
        var statement = Prepare(sql);
        if (parameter is { } value)
        {
            statement.Bind(1, value);
        }

        var number = statement.Step() ? statement.Integer(0) : 0;
        statement.Reset();
        return number;
    }

    public void Dispose()
    {
        Forget();
        _handle.Dispose();
    }

    // Filters make ever new texts; nobody reads from a statement while another is prepared.
    private void Forget()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
    }

    /// <summary>A statement's text is long and looked up for every row: its length and two letters tell most of them apart.</summary>
    private sealed class TextByLength : IEqualityComparer<string>
    {
        public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal);

        public int GetHashCode(string text) => HashCode.Combine(text.Length, text[text.Length / 2], text[^1]);
    }
}
