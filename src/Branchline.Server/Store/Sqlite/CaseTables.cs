namespace Branchline.Server.Store.Sqlite;

/// <summary>A rejected or parked mutation, whole.</summary>
internal sealed record TrayEntry(
    Guid Mutation, string Device, long N, string UserId, string Code, string Reason, string Payload)
{
    public string? Table { get; init; }

    public string? Field { get; init; }

    public string? Remedy { get; init; }
}

/// <summary>Two writes to one field, neither knowing the other; both values are kept as JSON.</summary>
internal sealed record ConflictEntry(string Table, Guid Row, string Field, string Policy)
{
    public required string Kept { get; init; }

    public required string KeptAt { get; init; }

    public required string Lost { get; init; }

    public required string LostAt { get; init; }

    /// <summary>Whether it waits for a person.</summary>
    public bool IsOpen { get; init; }
}

/// <summary>Something accepted that a person should look at.</summary>
internal sealed record FlagEntry(string Table, Guid Row, string? Field, string Code, string Reason, Guid Mutation);

/// <summary>What people look after: the tray, conflicts, and rows that need attention.</summary>
internal sealed class CaseTables(SqliteStore store)
{
    private readonly Database _database = store.Writer;

    public void Keep(TrayEntry entry, string receivedAt) =>
        _database.Prepare("""
            INSERT INTO _tray (mutation, device, n, user_id, received_at, code, reason, tbl, field, remedy, payload)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            """)
            .Bind(1, entry.Mutation).Bind(2, entry.Device).Bind(3, entry.N).Bind(4, entry.UserId).Bind(5, receivedAt)
            .Bind(6, entry.Code).Bind(7, entry.Reason).Bind(8, entry.Table).Bind(9, entry.Field).Bind(10, entry.Remedy)
            .Bind(11, entry.Payload).Run();

    public void Record(ConflictEntry entry, string foundAt) =>
        _database.Prepare("""
            INSERT INTO _conflicts (tbl, row, field, policy, kept, kept_at, lost, lost_at, is_open, found_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            """)
            .Bind(1, entry.Table).Bind(2, entry.Row).Bind(3, entry.Field).Bind(4, entry.Policy).Bind(5, entry.Kept)
            .Bind(6, entry.KeptAt).Bind(7, entry.Lost).Bind(8, entry.LostAt).Bind(9, entry.IsOpen ? 1 : 0).Bind(10, foundAt).Run();

    public void Flag(FlagEntry entry, string foundAt) =>
        _database.Prepare("""
            INSERT INTO _flags (tbl, row, field, code, reason, mutation, found_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """)
            .Bind(1, entry.Table).Bind(2, entry.Row).Bind(3, entry.Field).Bind(4, entry.Code).Bind(5, entry.Reason)
            .Bind(6, entry.Mutation).Bind(7, foundAt).Run();
}
