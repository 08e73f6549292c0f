using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Branchline.Server.Access;

/// <summary>
/// Users, sessions and the setup link in tables of Access's own, beside the business's rows and in the same file.
/// One connection under one lock: writes are rare, and reads of known sessions never come here.
/// Every change of a user or end of a session raises the version, which is how another process is noticed.
/// </summary>
internal sealed class AccessDatabase : IDisposable
{
    private const string Tables = """
        CREATE TABLE IF NOT EXISTS _users (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, email_key TEXT NOT NULL UNIQUE, role TEXT NOT NULL,
            branches TEXT NOT NULL, disabled INTEGER NOT NULL, password TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS _sessions (
            hash TEXT PRIMARY KEY, user_id TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS _access (
            one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, setup_token TEXT);
        INSERT OR IGNORE INTO _access (one, version) VALUES (1, 0);
        """;

    private readonly Lock _lock = new();
    private readonly SqliteConnection _connection;

    public AccessDatabase(string file)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        try
        {
            _connection.Open();
            Run("PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
            Run(Tables);
        }
        catch (SqliteException failure)
        {
            _connection.Dispose();
            throw Refusal(file, failure);
        }
    }

    public static string LibraryVersion
    {
        get
        {
            SQLitePCL.Batteries_V2.Init();
            return SQLitePCL.raw.sqlite3_libversion().utf8_to_string();
        }
    }

    public long Version()
    {
        lock (_lock)
        {
            return (long)Scalar("SELECT version FROM _access")!;
        }
    }

    public IReadOnlyList<User> Users()
    {
        lock (_lock)
        {
            using var command = Command("SELECT id, name, email, role, branches, disabled FROM _users ORDER BY name, id");
            using var reader = command.ExecuteReader();
            var users = new List<User>();
            while (reader.Read())
            {
                var branches = JsonSerializer.Deserialize(reader.GetString(4), AccessJson.Default.StringArray)!;
                users.Add(new User(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), branches)
                {
                    Disabled = reader.GetBoolean(5),
                });
            }

            return users;
        }
    }

    public string? PasswordOf(string userId)
    {
        lock (_lock)
        {
            return (string?)Scalar("SELECT password FROM _users WHERE id = $1", userId);
        }
    }

    /// <summary>False when the e-mail is taken, or when <paramref name="onlyFirst"/> is asked and there is a user.</summary>
    public bool TryInsert(User user, string password, bool onlyFirst)
    {
        lock (_lock)
        {
            using var transaction = _connection.BeginTransaction(deferred: false);
            if (onlyFirst && (long)Scalar("SELECT count(*) FROM _users")! > 0)
            {
                return false;
            }

            var inserted = Run(
                "INSERT INTO _users (id, name, email, email_key, role, branches, disabled, password) "
                + "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (email_key) DO NOTHING",
                user.Id, user.Name, user.Email, EmailKey(user.Email), user.Role, Branches(user), user.Disabled, password);
            RaiseVersion();
            transaction.Commit();
            return inserted > 0;
        }
    }

    public void Update(User user, bool endSessions)
    {
        lock (_lock)
        {
            using var transaction = _connection.BeginTransaction(deferred: false);
            Run(
                "UPDATE _users SET name = $2, role = $3, branches = $4, disabled = $5 WHERE id = $1",
                user.Id, user.Name, user.Role, Branches(user), user.Disabled);
            if (endSessions)
            {
                Run("DELETE FROM _sessions WHERE user_id = $1", user.Id);
            }

            RaiseVersion();
            transaction.Commit();
        }
    }

    /// <summary>Sets the stored form of a password; with <paramref name="endSessions"/> whoever knew the old one is out.</summary>
    public void SetPassword(string userId, string password, bool endSessions)
    {
        lock (_lock)
        {
            using var transaction = _connection.BeginTransaction(deferred: false);
            Run("UPDATE _users SET password = $2 WHERE id = $1", userId, password);
            if (endSessions)
            {
                Run("DELETE FROM _sessions WHERE user_id = $1", userId);
                RaiseVersion();
            }

            transaction.Commit();
        }
    }

    public void InsertSession(string hash, string userId, DateTimeOffset expires)
    {
        lock (_lock)
        {
            Run(
                "INSERT INTO _sessions (hash, user_id, expires) VALUES ($1, $2, $3)",
                hash, userId, expires.ToUnixTimeMilliseconds());
        }
    }

    public (string UserId, DateTimeOffset Expires)? FindSession(string hash)
    {
        lock (_lock)
        {
            using var command = Command("SELECT user_id, expires FROM _sessions WHERE hash = $1", hash);
            using var reader = command.ExecuteReader();
            return reader.Read()
                ? (reader.GetString(0), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1)))
                : null;
        }
    }

    public void DeleteSession(string hash)
    {
        lock (_lock)
        {
            using var transaction = _connection.BeginTransaction(deferred: false);
            Run("DELETE FROM _sessions WHERE hash = $1", hash);
            RaiseVersion();
            transaction.Commit();
        }
    }

    public void RenewSessions(IReadOnlyList<(string Hash, DateTimeOffset Expires)> renewals, DateTimeOffset now)
    {
        lock (_lock)
        {
            using var transaction = _connection.BeginTransaction(deferred: false);
            foreach (var (hash, expires) in renewals)
            {
                Run("UPDATE _sessions SET expires = $2 WHERE hash = $1", hash, expires.ToUnixTimeMilliseconds());
            }

            Run("DELETE FROM _sessions WHERE expires < $1", now.ToUnixTimeMilliseconds());
            transaction.Commit();
        }
    }

    /// <summary>
    /// The word in the one-time setup link, or null once there is a user. It is kept in the clear so that each start can
    /// print the same link again; it opens nothing but the making of the first administrator.
    /// </summary>
    public string? SetupToken(Func<string> make)
    {
        lock (_lock)
        {
            using var transaction = _connection.BeginTransaction(deferred: false);
            if ((long)Scalar("SELECT count(*) FROM _users")! > 0)
            {
                Run("UPDATE _access SET setup_token = NULL WHERE setup_token IS NOT NULL");
                transaction.Commit();
                return null;
            }

            Run("UPDATE _access SET setup_token = $1 WHERE setup_token IS NULL", make());
            var token = (string)Scalar("SELECT setup_token FROM _access")!;
            transaction.Commit();
            return token;
        }
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>E-mail addresses are the same person's whatever their case.</summary>
    public static string EmailKey(string email) => email.Trim().ToLowerInvariant();

    private static string Branches(User user) => JsonSerializer.Serialize([.. user.BranchIds], AccessJson.Default.StringArray);

    private static StartRefusedException Refusal(string file, SqliteException failure) => failure.SqliteErrorCode switch
    {
        SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_CORRUPT => new StartRefusedException(
            $"The database file {file} is damaged; put a backup in its place, or move it away to start empty.", failure),
        SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_PERM => new StartRefusedException(
            $"The database file {file} cannot be written to; give this user the right to, or choose another --data.", failure),
        _ => new StartRefusedException(
            string.Create(CultureInfo.InvariantCulture, $"The database file {file} cannot be used ({failure.Message})."), failure),
    };

    private void RaiseVersion() => Run("UPDATE _access SET version = version + 1");

    private int Run(string sql, params ReadOnlySpan<object> values)
    {
        using var command = Command(sql, values);
        return command.ExecuteNonQuery();
    }

    private object? Scalar(string sql, params ReadOnlySpan<object> values)
    {
        using var command = Command(sql, values);
        return command.ExecuteScalar() is var value && value is DBNull ? null : value;
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Every caller passes a constant.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var index = 0; index < values.Length; index++)
        {
            command.Parameters.AddWithValue(string.Create(CultureInfo.InvariantCulture, $"${index + 1}"), values[index]);
        }

        return command;
    }
}
