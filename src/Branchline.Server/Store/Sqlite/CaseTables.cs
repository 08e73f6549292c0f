using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Store.Cases;

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
    /// <summary>The policy of a field that the workflow's order settled.</summary>
    public const string ByWorkflow = "Workflow";

    public required string Kept { get; init; }

    public required string KeptAt { get; init; }

    public required string Lost { get; init; }

    public required string LostAt { get; init; }

    /// <summary>Whether it waits for a person.</summary>
    public bool IsOpen { get; init; }

    /// <summary>The field's group: the conflicts of one mutation in one group are settled together.</summary>
    public string? Group { get; init; }

    /// <summary>Stamp and number of the value that the row held.</summary>
    public required FieldStamp Held { get; init; }

    /// <summary>Whether the value that the row held is the one that was kept.</summary>
    public bool HeldWon { get; init; }

    /// <summary>The mutation that arrived second.</summary>
    public Guid Mutation { get; init; }

    /// <summary>Who sent it.</summary>
    public string? ArrivingBy { get; init; }

    /// <summary>Who could see the row.</summary>
    public string? Scope { get; init; }
}

/// <summary>Something accepted that a person should look at.</summary>
internal sealed record FlagEntry(string Table, Guid Row, string? Field, string Code, string Reason, Guid Mutation)
{
    public string? UserId { get; init; }

    /// <summary>Who could see the row.</summary>
    public string? Scope { get; init; }
}

/// <summary>What people look after: the tray, conflicts, and rows that need attention. Written by the commit loop's thread.</summary>
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

    public void Record(ConflictEntry entry, string foundAt)
    {
        var heldBy = WriterOf(entry.Held);
        var (keptBy, lostBy) = entry.HeldWon ? (heldBy, entry.ArrivingBy) : (entry.ArrivingBy, heldBy);
        _database.Prepare("""
            INSERT INTO _conflicts (tbl, row, field, policy, kept, kept_at, lost, lost_at, is_open, found_at, kept_by, lost_by, grp, mutation, scope)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
            """)
            .Bind(1, entry.Table).Bind(2, entry.Row).Bind(3, entry.Field).Bind(4, entry.Policy).Bind(5, entry.Kept)
            .Bind(6, entry.KeptAt).Bind(7, entry.Lost).Bind(8, entry.LostAt).Bind(9, entry.IsOpen ? 1 : 0).Bind(10, foundAt)
            .Bind(11, keptBy).Bind(12, lostBy).Bind(13, entry.Group).Bind(14, entry.Mutation).Bind(15, entry.Scope).Run();
    }

    public void Flag(FlagEntry entry, string foundAt) =>
        _database.Prepare("""
            INSERT INTO _flags (tbl, row, field, code, reason, mutation, found_at, user_id, scope) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            """)
            .Bind(1, entry.Table).Bind(2, entry.Row).Bind(3, entry.Field).Bind(4, entry.Code).Bind(5, entry.Reason)
            .Bind(6, entry.Mutation).Bind(7, foundAt).Bind(8, entry.UserId).Bind(9, entry.Scope).Run();

    /// <summary>Closes a case, for good.</summary>
    public void Settle(CaseKind kind, long id, Settlement settled)
    {
        var open = kind == CaseKind.Conflict ? ", is_open = 0" : "";
        _database.Prepare($"UPDATE {CaseRows.TableOf(kind)} SET settled = ?2, settled_by = ?3, settled_at = ?4{open} WHERE id = ?1")
            .Bind(1, id).Bind(2, settled.How).Bind(3, settled.By).Bind(4, settled.At).Run();
    }

    /// <summary>The entry stays, with the newest reason; the first one is kept beside it.</summary>
    public void Reject(long id, MutationOutcome.Rejected rejected) =>
        _database.Prepare("""
            UPDATE _tray SET attempts = attempts + 1, first_code = COALESCE(first_code, code), first_reason = COALESCE(first_reason, reason),
              code = ?2, reason = ?3, tbl = ?4, field = ?5, remedy = ?6 WHERE id = ?1
            """)
            .Bind(1, id).Bind(2, rejected.Code).Bind(3, rejected.Reason).Bind(4, rejected.Table).Bind(5, rejected.Field)
            .Bind(6, rejected.Remedy).Run();

    /// <summary>What somebody did about a case, and what came of it.</summary>
    public void Note(CaseKind kind, long id, CaseStep step) =>
        _database.Prepare("""
            INSERT INTO _case_steps (kind, case_id, action, user_id, at, mutation, outcome, sent, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            """)
            .Bind(1, kind.ToString()).Bind(2, id).Bind(3, step.Action).Bind(4, step.By).Bind(5, step.At)
            .Bind(6, step.Mutation?.ToString()).Bind(7, step.Outcome).Bind(8, step.Sent).Bind(9, step.Note).Run();

    /// <summary>Who made the change of that number and stamp; null when its log entry is gone or an older program wrote it.</summary>
    private string? WriterOf(FieldStamp stamp)
    {
        var log = _database.Prepare("SELECT json FROM _log WHERE seq = ?1").Bind(1, stamp.Seq);
        var json = log.Step() ? log.Text(0) : null;
        log.Reset();
        if (json is null)
        {
            return null;
        }

        // A write that only moved stamps is no change of its own: the entry of that number is another's then.
        using var change = JsonDocument.Parse(json);
        var root = change.RootElement;
        if (root.GetProperty("at").GetString() != stamp.At)
        {
            return null;
        }

        var mutation = _database.Prepare("SELECT user_id FROM _mutations WHERE device = ?1 AND n = ?2")
            .Bind(1, root.GetProperty("device").GetString()).Bind(2, root.GetProperty("n").GetInt64());
        var user = mutation.Step() ? mutation.TextOrNull(0) : null;
        mutation.Reset();
        return user;
    }
}
