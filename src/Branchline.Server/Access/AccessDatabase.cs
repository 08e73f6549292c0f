using System.Text.Json;
using Branchline.Server.Store.Sqlite;

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
    private readonly Database _database;

    public AccessDatabase(string file)
    {
        try
        {
            _database = Database.Open(file, readOnly: false);
            _database.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
            _database.Execute(Tables);
        }
        catch (SqliteFailure failure)
        {
            _database?.Dispose();
            throw failure.IsDamaged
                ? new StartRefusedException($"The database file {file} is damaged; put a backup in its place, or move it away to start empty.", failure)
                : new StartRefusedException($"The database file {file} cannot be used ({failure.Message}).", failure);
        }
    }

    public long Version()
    {
        lock (_lock)
        {
            return Number("SELECT version FROM _access");
        }
    }

    public IReadOnlyList<User> Users()
    {
        lock (_lock)
        {
            using var rows = _database.PrepareOnce("SELECT id, name, email, role, branches, disabled FROM _users ORDER BY name, id");
            var users = new List<User>();
            while (rows.Step())
            {
                var branches = JsonSerializer.Deserialize(rows.Text(4), AccessJson.Default.StringArray)!;
                users.Add(new User(rows.Text(0), rows.Text(1), rows.Text(2), rows.Text(3), branches)
                {
                    Disabled = rows.Integer(5) != 0,
                });
            }

            return users;
        }
    }

    public string? PasswordOf(string userId)
    {
        lock (_lock)
        {
            using var rows = _database.PrepareOnce("SELECT password FROM _users WHERE id = ?").Bind(1, userId);
            return rows.Step() ? rows.Text(0) : null;
        }
    }

    /// <summary>False when the e-mail is taken, or when <paramref name="onlyFirst"/> is asked and there is a user.</summary>
    public bool TryInsert(User user, string password, bool onlyFirst)
    {
        lock (_lock)
        {
            using var transaction = new Transaction(_database);
            if (onlyFirst && Number("SELECT count(*) FROM _users") > 0)
            {
                return false;
            }

            Run(
                "INSERT INTO _users (id, name, email, email_key, role, branches, disabled, password) "
                + "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (email_key) DO NOTHING",
                user.Id, user.Name, user.Email, EmailKey(user.Email), user.Role, Branches(user), user.Disabled ? 1L : 0L, password);
            var isInserted = _database.RowsChanged > 0;
            RaiseVersion();
            transaction.Commit();
            return isInserted;
        }
    }

    public void Update(User user, bool endSessions)
    {
        lock (_lock)
        {
            using var transaction = new Transaction(_database);
            Run(
                "UPDATE _users SET name = ?2, role = ?3, branches = ?4, disabled = ?5 WHERE id = ?1",
                user.Id, user.Name, user.Role, Branches(user), user.Disabled ? 1L : 0L);
            if (endSessions)
            {
                Run("DELETE FROM _sessions WHERE user_id = ?1", user.Id);
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
            using var transaction = new Transaction(_database);
            Run("UPDATE _users SET password = ?2 WHERE id = ?1", userId, password);
            if (endSessions)
            {
                Run("DELETE FROM _sessions WHERE user_id = ?1", userId);
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
                "INSERT INTO _sessions (hash, user_id, expires) VALUES (?1, ?2, ?3)",
                hash, userId, expires.ToUnixTimeMilliseconds());
        }
    }

    public (string UserId, DateTimeOffset Expires)? FindSession(string hash)
    {
        lock (_lock)
        {
            using var rows = _database.PrepareOnce("SELECT user_id, expires FROM _sessions WHERE hash = ?").Bind(1, hash);
            return rows.Step() ? (rows.Text(0), DateTimeOffset.FromUnixTimeMilliseconds(rows.Integer(1))) : null;
        }
    }

    public void DeleteSession(string hash)
    {
        lock (_lock)
        {
            using var transaction = new Transaction(_database);
            Run("DELETE FROM _sessions WHERE hash = ?1", hash);
            RaiseVersion();
            transaction.Commit();
        }
    }

    public void RenewSessions(IReadOnlyList<(string Hash, DateTimeOffset Expires)> renewals, DateTimeOffset now)
    {
        lock (_lock)
        {
            using var transaction = new Transaction(_database);
            foreach (var (hash, expires) in renewals)
            {
                Run("UPDATE _sessions SET expires = ?2 WHERE hash = ?1", hash, expires.ToUnixTimeMilliseconds());
            }

            Run("DELETE FROM _sessions WHERE expires < ?1", now.ToUnixTimeMilliseconds());
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
            using var transaction = new Transaction(_database);
            if (Number("SELECT count(*) FROM _users") > 0)
            {
                Run("UPDATE _access SET setup_token = NULL WHERE setup_token IS NOT NULL");
                transaction.Commit();
                return null;
            }

            Run("UPDATE _access SET setup_token = ?1 WHERE setup_token IS NULL", make());
            var token = _database.Scalar("SELECT setup_token FROM _access");
            transaction.Commit();
            return token;
        }
    }

    public void Dispose() => _database.Dispose();

    /// <summary>E-mail addresses are the same person's whatever their case.</summary>
    public static string EmailKey(string email) => email.Trim().ToLowerInvariant();

    private static string Branches(User user) => JsonSerializer.Serialize([.. user.BranchIds], AccessJson.Default.StringArray);

    private void RaiseVersion() => Run("UPDATE _access SET version = version + 1");

    private long Number(string sql)
    {
        using var rows = _database.PrepareOnce(sql);
        return rows.Step() ? rows.Integer(0) : 0;
    }

    private void Run(string sql, params ReadOnlySpan<object> values)
    {
        using var statement = _database.PrepareOnce(sql);
        for (var index = 0; index < values.Length; index++)
        {
            _ = values[index] is long number ? statement.Bind(index + 1, number) : statement.Bind(index + 1, (string)values[index]);
        }

        statement.Run();
    }

    /// <summary>Takes the write lock at once; undone unless committed.</summary>
    private sealed class Transaction : IDisposable
    {
        private readonly Database _database;

        public Transaction(Database database)
        {
            _database = database;
            _database.Execute("BEGIN IMMEDIATE");
        }

        public void Commit() => _database.Execute("COMMIT");

        public void Dispose()
        {
            if (!_database.IsIdle)
            {
                _database.Execute("ROLLBACK");
            }
        }
    }
}
