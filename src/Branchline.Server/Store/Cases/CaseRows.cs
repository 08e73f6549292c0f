using System.Collections.Frozen;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Store.Cases;

/// <summary>Between the tables of cases and memory, on any connection.</summary>
internal static class CaseRows
{
    private const string SettledColumns = "id, settled, settled_by, settled_at, ";

    private const string TrayColumns = SettledColumns
        + "code, reason, tbl, field, remedy, payload, mutation, device, n, user_id, received_at, attempts, first_code, first_reason";

    private const string ConflictColumns = SettledColumns
        + "tbl, row, field, policy, kept, kept_at, kept_by, lost, lost_at, lost_by, is_open, found_at, grp, mutation, scope";

    private const string FlagColumns = SettledColumns + "tbl, row, field, code, reason, mutation, found_at, user_id, scope";

    private static readonly FrozenDictionary<CaseKind, FrozenDictionary<string, string>> States = new Dictionary<CaseKind, FrozenDictionary<string, string>>
    {
        [CaseKind.Tray] = Conditions(("waiting", "settled IS NULL"), ("resolved", "settled = 'resolved'"), ("discarded", "settled = 'discarded'")),
        [CaseKind.Conflict] = Conditions(
            ("open", "is_open = 1"), ("settled", "is_open = 0 AND settled IS NULL"), ("undone", "settled = 'undone'"), ("chosen", "settled IN ('kept', 'lost')")),
        [CaseKind.Flag] = Conditions(("open", "settled IS NULL"), ("cleared", "settled = 'cleared'")),
    }.ToFrozenDictionary();

    /// <summary>The states a list can be asked for.</summary>
    public static IEnumerable<string> StatesOf(CaseKind kind) => States[kind].Keys.Order(StringComparer.Ordinal);

    public static string TableOf(CaseKind kind) => kind switch
    {
        CaseKind.Tray => "_tray",
        CaseKind.Conflict => "_conflicts",
        _ => "_flags",
    };

    public static StoredTray? FindTray(Database database, long id) => Find(database, CaseKind.Tray, id, TrayColumns, ReadTray);

    /// <summary>The entry of this mutation; its id names one at most.</summary>
    public static StoredTray? FindTrayOf(Database database, Guid mutation) =>
        ReadAll(database.Prepare($"SELECT {TrayColumns} FROM _tray WHERE mutation = ?1 ORDER BY id LIMIT 1").Bind(1, mutation), ReadTray).FirstOrDefault();

    public static StoredConflict? FindConflict(Database database, long id) => Find(database, CaseKind.Conflict, id, ConflictColumns, ReadConflict);

    public static StoredFlag? FindFlag(Database database, long id) => Find(database, CaseKind.Flag, id, FlagColumns, ReadFlag);

    public static IReadOnlyList<StoredTray> ListTray(Database database, CaseQuery query) => List(database, CaseKind.Tray, query, TrayColumns, ReadTray);

    public static IReadOnlyList<StoredConflict> ListConflicts(Database database, CaseQuery query) =>
        List(database, CaseKind.Conflict, query, ConflictColumns, ReadConflict);

    public static IReadOnlyList<StoredFlag> ListFlags(Database database, CaseQuery query) => List(database, CaseKind.Flag, query, FlagColumns, ReadFlag);

    /// <summary>The conflict with those of its group that the same mutation met in the same row: they are settled together.</summary>
    public static IReadOnlyList<StoredConflict> ListUnit(Database database, StoredConflict conflict)
    {
        if (conflict.Group is not { } group || conflict.Mutation is not { } mutation)
        {
            return [conflict];
        }

        var statement = database.Prepare(
            $"SELECT {ConflictColumns} FROM _conflicts WHERE mutation = ?1 AND tbl = ?2 AND row = ?3 AND grp = ?4 AND settled IS NULL ORDER BY id")
            .Bind(1, mutation).Bind(2, conflict.Table).Bind(3, conflict.Row).Bind(4, group);
        return ReadAll(statement, ReadConflict);
    }

    /// <summary>What was done about a case, oldest first.</summary>
    public static IReadOnlyList<CaseStep> ListSteps(Database database, CaseKind kind, long id)
    {
        var statement = database.Prepare(
            "SELECT action, user_id, at, mutation, outcome, sent, note FROM _case_steps WHERE kind = ?1 AND case_id = ?2 ORDER BY id")
            .Bind(1, kind.ToString()).Bind(2, id);
        return ReadAll(statement, row => new CaseStep(row.Text(0), row.Text(1), row.Text(2))
        {
            Mutation = ReadIdOrNull(row, 3),
            Outcome = row.TextOrNull(4),
            Sent = row.TextOrNull(5),
            Note = row.TextOrNull(6),
        });
    }

    private static T? Find<T>(Database database, CaseKind kind, long id, string columns, Func<Statement, T> read)
        where T : StoredCase =>
        ReadAll(database.Prepare($"SELECT {columns} FROM {TableOf(kind)} WHERE id = ?1").Bind(1, id), read).FirstOrDefault();

    private static List<T> List<T>(Database database, CaseKind kind, CaseQuery query, string columns, Func<Statement, T> read)
    {
        var conditions = new List<string> { "id < ?1" };
        var values = new List<string>();
        void Add(string column, string? value)
        {
            if (value is not null)
            {
                values.Add(value);
                conditions.Add($"{column} = ?{values.Count + 2}");
            }
        }

        Add("device", query.Device);
        Add("code", query.Code);
        Add("tbl", query.Table);
        if (query.State is { } state)
        {
            conditions.Add(States[kind][state]);
        }

        var statement = database.Prepare($"SELECT {columns} FROM {TableOf(kind)} WHERE {string.Join(" AND ", conditions)} ORDER BY id DESC LIMIT ?2")
            .Bind(1, query.Before).Bind(2, query.Limit);
        for (var index = 0; index < values.Count; index++)
        {
            statement.Bind(index + 3, values[index]);
        }

        return ReadAll(statement, read);
    }

    private static List<T> ReadAll<T>(Statement statement, Func<Statement, T> read)
    {
        try
        {
            var rows = new List<T>();
            while (statement.Step())
            {
                rows.Add(read(statement));
            }

            return rows;
        }
        finally
        {
            statement.Reset();
        }
    }

    private static StoredTray ReadTray(Statement row) =>
        new(row.Integer(0), ReadSettled(row), new TrayWords(row.Text(4), row.Text(5), row.TextOrNull(6), row.TextOrNull(7), row.TextOrNull(8)), row.Text(9))
        {
            Mutation = RowSql.ReadId(row, 10),
            Device = row.Text(11),
            N = row.Integer(12),
            UserId = row.Text(13),
            ReceivedAt = row.Text(14),
            Attempts = row.Integer(15),
            FirstCode = row.TextOrNull(16),
            FirstReason = row.TextOrNull(17),
        };

    private static StoredConflict ReadConflict(Statement row) => new(row.Integer(0), ReadSettled(row), row.Text(4), RowSql.ReadId(row, 5), row.Text(6))
    {
        Policy = row.Text(7),
        Kept = new ConflictSide(row.Text(8), row.Text(9), row.TextOrNull(10)),
        Lost = new ConflictSide(row.Text(11), row.Text(12), row.TextOrNull(13)),
        IsOpen = row.Integer(14) != 0,
        FoundAt = row.Text(15),
        Group = row.TextOrNull(16),
        Mutation = ReadIdOrNull(row, 17),
        Scope = row.TextOrNull(18),
    };

    private static StoredFlag ReadFlag(Statement row) => new(row.Integer(0), ReadSettled(row), row.Text(4), RowSql.ReadId(row, 5), row.TextOrNull(6))
    {
        Code = row.Text(7),
        Reason = row.Text(8),
        Mutation = RowSql.ReadId(row, 9),
        FoundAt = row.Text(10),
        UserId = row.TextOrNull(11),
        Scope = row.TextOrNull(12),
    };

    private static Settlement? ReadSettled(Statement row) => row.IsNull(1) ? null : new Settlement(row.Text(1), row.Text(2), row.Text(3));

    private static Guid? ReadIdOrNull(Statement row, int column) => row.IsNull(column) ? null : RowSql.ReadId(row, column);

    private static FrozenDictionary<string, string> Conditions(params (string State, string Sql)[] states) =>
        states.ToFrozenDictionary(state => state.State, state => state.Sql, StringComparer.Ordinal);
}
