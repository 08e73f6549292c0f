using System.Globalization;
using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Store.Sqlite;

/// <summary>The one transaction in which rows, log and outcomes are written. Used by the commit loop's thread only.</summary>
internal sealed class WriteSession(SqliteStore store)
{
    private readonly Database _database = store.Writer;
    private readonly Dictionary<string, long> _scopes = new(StringComparer.Ordinal);
    private readonly NamedRows _named = new();

    /// <summary>The ledgers as this transaction leaves them so far.</summary>
    public LedgerSql Ledgers { get; } = new(store.Writer);

    public void Begin() => _database.Prepare("BEGIN IMMEDIATE").Run();

    /// <summary>Commits with the number of the last change and the node clock's latest milliseconds.</summary>
    public void Commit(long head, long clock)
    {
        _database.Prepare("UPDATE _meta SET value = CASE key WHEN 'head' THEN ?1 ELSE ?2 END WHERE key IN ('head', 'clock')")
            .Bind(1, head.ToString(CultureInfo.InvariantCulture)).Bind(2, clock.ToString(CultureInfo.InvariantCulture)).Run();
        _database.Prepare("COMMIT").Run();
        store.Mark(head);
    }

    /// <summary>Makes the commit as large as a usual one: a page or two still fit where a write was refused.</summary>
    public void TakeRoom() => _database.Prepare("INSERT OR REPLACE INTO _probe (one, room) VALUES (1, zeroblob(262144))").Run();

    public void Rollback()
    {
        // Scopes named for the first time in this transaction are gone with it.
        _scopes.Clear();
        _named.Clear();
        if (!_database.IsIdle)
        {
            _database.Prepare("ROLLBACK").Run();
        }
    }

    public void Savepoint() => _database.Prepare("SAVEPOINT mutation").Run();

    public void Release() => _database.Prepare("RELEASE mutation").Run();

    public void RollbackToSavepoint()
    {
        _scopes.Clear();
        _named.Clear();
        _database.Prepare("ROLLBACK TO mutation").Run();
        Release();
    }

    /// <summary>The row, deleted or not.</summary>
    public RowImage? Find(TableLayout layout, Guid id)
    {
        var statement = _database.Prepare(layout.SelectById).Bind(1, id);
        var row = statement.Step() ? RowSql.ReadImage(statement, layout) : null;
        statement.Reset();
        return row;
    }

    /// <summary>The same for a row that others name; kept for the next one, and not to be changed.</summary>
    public RowImage? FindNamed(TableLayout layout, Guid id) => _named.Find(layout, id, Find);

    /// <summary>The scope of a live row, or null when there is none.</summary>
    public string? FindScope(TableLayout layout, Guid id) => _named.ScopeOf(_database, layout, id);

    /// <summary>Live rows whose fields have these values; <c>id</c> may be among them.</summary>
    public IReadOnlyList<RowImage> FindBy(TableLayout layout, IReadOnlyDictionary<string, FieldValue> match, int limit)
    {
        var conditions = string.Join(" AND ", match.Keys.Select((field, index) => $"{TableLayout.Quote(field)} = ?{index + 1}"));
        var statement = _database.Prepare($"{layout.SelectAll} WHERE {conditions} AND _deleted IS NULL LIMIT {limit}");
        LedgerSql.BindMatch(statement, layout, match);
        var rows = new List<RowImage>();
        while (statement.Step())
        {
            rows.Add(RowSql.ReadImage(statement, layout));
        }

        statement.Reset();
        return rows;
    }

    public void Insert(TableLayout layout, RowImage row)
    {
        _named.Forget(layout, row.Id);
        var statement = _database.Prepare(layout.Insert)
            .Bind(1, row.Id).Bind(2, row.Inserted.At).Bind(3, row.Seq).Bind(4, row.DeletedAt);
        RowSql.BindFields(statement, layout, TableLayout.InsertFixed, row.Fields);
        statement.Run();
    }

    public void Update(TableLayout layout, RowImage row)
    {
        _named.Forget(layout, row.Id);
        var statement = _database.Prepare(layout.Update)
            .Bind(1, row.Place).Bind(2, row.Seq).Bind(3, row.Stamps.Format()).Bind(4, row.DeletedAt);
        RowSql.BindFields(statement, layout, TableLayout.UpdateFixed, row.Fields);
        statement.Run();
    }

    /// <summary>Writes the stamps of a row that was just made.</summary>
    public void Stamp(TableLayout layout, RowImage row) =>
        _database.Prepare($"UPDATE {layout.Name} SET _stamps = ?2 WHERE id = ?1").Bind(1, row.Id).Bind(2, row.Stamps.Format()).Run();

    /// <summary>Nothing of the row stays, not even a tombstone.</summary>
    public void Delete(TableLayout layout, RowImage row)
    {
        _named.Forget(layout, row.Id);
        _database.Prepare($"DELETE FROM {layout.Name} WHERE _no = ?1").Bind(1, row.Place).Run();
    }

    public void AppendLog(LogEntry entry, ReadOnlySpan<byte> json) =>
        _database.Prepare("INSERT INTO _log (seq, scope, first, tbl, row, json) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            .Bind(1, entry.Seq).Bind(2, ScopeNumber(entry.Scope)).Bind(3, entry.First)
            .Bind(4, entry.Table).Bind(5, entry.Row).BindUtf8(6, json).Run();

    /// <summary>Keeps what a commit tells on one channel; <paramref name="last"/> is the last change that it tells of.</summary>
    public void AppendEvents(string channel, long last, ReadOnlySpan<byte> json) =>
        _database.Prepare("INSERT INTO _events (channel, last, json) VALUES (?1, ?2, ?3)").Bind(1, channel).Bind(2, last).BindUtf8(3, json).Run();

    private long ScopeNumber(string scope)
    {
        if (_scopes.TryGetValue(scope, out var number))
        {
            return number;
        }

        _database.Prepare("INSERT OR IGNORE INTO _scopes (name) VALUES (?1)").Bind(1, scope).Run();
        var statement = _database.Prepare("SELECT id FROM _scopes WHERE name = ?1").Bind(1, scope);
        statement.Step();
        number = statement.Integer(0);
        statement.Reset();
        _scopes[scope] = number;
        return number;
    }
}

/// <summary>Where a change lies in the log; <paramref name="First"/> is the seq of its mutation's first change.</summary>
internal readonly record struct LogEntry(long Seq, string Scope, long First, string Table, Guid Row);
