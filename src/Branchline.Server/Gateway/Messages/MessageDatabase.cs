using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Gateway.Messages;

/// <summary>A message as it is kept; <paramref name="Body"/> is JSON.</summary>
internal sealed record StoredMessage(long No, DateTimeOffset At, string FromId, string FromName, string Body);

/// <summary>
/// Messages to people, in a table beside the business's rows and in the same file. Each person's newest are kept, for so many and so long.
/// One thread at a time.
/// </summary>
internal sealed class MessageDatabase : IDisposable
{
    private const string Tables = """
        CREATE TABLE IF NOT EXISTS _messages (
          no INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL, at INTEGER NOT NULL,
          from_id TEXT NOT NULL, from_name TEXT NOT NULL, body TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS _messages_user ON _messages (user, no);
        """;

    private readonly Lock _gate = new();
    private readonly Database _database;

    public MessageDatabase(string file)
    {
        _database = Database.Open(file, readOnly: false);
        _database.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
        _database.Execute(Tables);
    }

    /// <summary>Keeps a message and forgets the person's that are too many or too old; returns its number.</summary>
    public long Insert(string userId, StoredMessage message, MessageOptions options)
    {
        lock (_gate)
        {
            _database.Execute("BEGIN IMMEDIATE");
            try
            {
                _database.Prepare("INSERT INTO _messages (user, at, from_id, from_name, body) VALUES (?1, ?2, ?3, ?4, ?5)")
                    .Bind(1, userId).Bind(2, message.At.ToUnixTimeMilliseconds()).Bind(3, message.FromId).Bind(4, message.FromName)
                    .Bind(5, message.Body).Run();
                var last = _database.Prepare("SELECT last_insert_rowid()");
                last.Step();
                var no = last.Integer(0);
                last.Reset();
                _database.Prepare("""
                    DELETE FROM _messages WHERE user = ?1 AND (at < ?2 OR no <=
                      (SELECT no FROM _messages WHERE user = ?1 ORDER BY no DESC LIMIT 1 OFFSET ?3))
                    """)
                    .Bind(1, userId).Bind(2, (message.At - options.KeepFor).ToUnixTimeMilliseconds()).Bind(3, options.KeepMost).Run();
                _database.Execute("COMMIT");
                return no;
            }
            catch
            {
                _database.Execute("ROLLBACK");
                throw;
            }
        }
    }

    /// <summary>A person's messages after a number, oldest first.</summary>
    public IReadOnlyList<StoredMessage> After(string userId, long no, int limit)
    {
        lock (_gate)
        {
            var statement = _database.Prepare(
                "SELECT no, at, from_id, from_name, body FROM _messages WHERE user = ?1 AND no > ?2 ORDER BY no LIMIT ?3")
                .Bind(1, userId).Bind(2, no).Bind(3, limit);
            var messages = new List<StoredMessage>();
            while (statement.Step())
            {
                messages.Add(new StoredMessage(
                    statement.Integer(0), DateTimeOffset.FromUnixTimeMilliseconds(statement.Integer(1)), statement.Text(2), statement.Text(3), statement.Text(4)));
            }

            statement.Reset();
            return messages;
        }
    }

    public void Dispose() => _database.Dispose();
}
