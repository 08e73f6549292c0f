using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Gateway.Apps;

/// <summary>
/// What administrators set for realtime apps, in tables beside the business's rows and in the same file; the only place where
/// their secrets can be read. One thread at a time.
/// </summary>
internal sealed class AppDatabase : IDisposable
{
    private const string Tables = """
        CREATE TABLE IF NOT EXISTS _apps (id TEXT PRIMARY KEY, key TEXT NOT NULL, settings TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS _app_secrets (
            app TEXT NOT NULL, secret TEXT NOT NULL, until INTEGER, PRIMARY KEY (app, secret)) WITHOUT ROWID;
        """;

    private readonly Database _database;

    public AppDatabase(string file)
    {
        _database = Database.Open(file, readOnly: false);
        _database.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
        _database.Execute(Tables);
    }

    /// <summary>An app as it is stored: settings as JSON, secrets with the current one first. The own app has no key here.</summary>
    public sealed record Row(string Id, string Key, string Settings);

    public IReadOnlyList<Row> Apps()
    {
        using var rows = _database.PrepareOnce("SELECT id, key, settings FROM _apps ORDER BY id");
        var apps = new List<Row>();
        while (rows.Step())
        {
            apps.Add(new Row(rows.Text(0), rows.Text(1), rows.Text(2)));
        }

        return apps;
    }

    public Row? Find(string id) => Apps().FirstOrDefault(app => app.Id == id);

    /// <summary>The secrets of an app that count at the time, the current one first.</summary>
    public IReadOnlyList<AppSecret> Secrets(string id, DateTimeOffset now)
    {
        using var rows = _database.PrepareOnce(
            "SELECT secret, until FROM _app_secrets WHERE app = ?1 AND (until IS NULL OR until > ?2) ORDER BY until IS NOT NULL, until DESC")
            .Bind(1, id).Bind(2, now.ToUnixTimeMilliseconds());
        var secrets = new List<AppSecret>();
        while (rows.Step())
        {
            secrets.Add(new AppSecret(rows.Text(0), rows.IsNull(1) ? null : DateTimeOffset.FromUnixTimeMilliseconds(rows.Integer(1))));
        }

        return secrets;
    }

    public void Save(Row app)
    {
        using var statement = _database.PrepareOnce("INSERT OR REPLACE INTO _apps (id, key, settings) VALUES (?1, ?2, ?3)")
            .Bind(1, app.Id).Bind(2, app.Key).Bind(3, app.Settings);
        statement.Run();
    }

    /// <summary>Saves an app that was not there, with its secret.</summary>
    public void Insert(Row app, string secret) => InOne(() =>
    {
        Save(app);
        WriteSecrets(app.Id, [new AppSecret(secret)]);
    });

    /// <summary>Puts these in the place of an app's secrets.</summary>
    public void ReplaceSecrets(string id, IEnumerable<AppSecret> secrets) => InOne(() => WriteSecrets(id, secrets));

    public void Delete(string id) => InOne(() =>
    {
        WriteSecrets(id, []);
        using var statement = _database.PrepareOnce("DELETE FROM _apps WHERE id = ?1").Bind(1, id);
        statement.Run();
    });

    public void Dispose() => _database.Dispose();

    private void WriteSecrets(string id, IEnumerable<AppSecret> secrets)
    {
        using (var statement = _database.PrepareOnce("DELETE FROM _app_secrets WHERE app = ?1").Bind(1, id))
        {
            statement.Run();
        }

        foreach (var (value, until) in secrets)
        {
            using var statement = _database.PrepareOnce("INSERT INTO _app_secrets (app, secret, until) VALUES (?1, ?2, ?3)")
                .Bind(1, id).Bind(2, value);
            _ = until is { } time ? statement.Bind(3, time.ToUnixTimeMilliseconds()) : statement.BindNull(3);
            statement.Run();
        }
    }

    private void InOne(Action writes)
    {
        _database.Execute("BEGIN IMMEDIATE");
        try
        {
            writes();
            _database.Execute("COMMIT");
        }
        finally
        {
            if (!_database.IsIdle)
            {
                _database.Execute("ROLLBACK");
            }
        }
    }
}
