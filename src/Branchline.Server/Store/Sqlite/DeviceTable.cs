using Branchline.Protocol;

namespace Branchline.Server.Store.Sqlite;

/// <summary>What the node knows of a device's numbers. <paramref name="Previous"/> serves a device that lost the last reply.</summary>
internal sealed record DeviceState(DeviceId Device, long LastN, string? Incarnation, string? Previous)
{
    /// <summary>The branch that its last mutation came through, or null when the device brought it itself.</summary>
    public string? Via { get; init; }
}

/// <summary>The first answer to a mutation, kept to be given again. <paramref name="Outcome"/> is null for a plain applied.</summary>
internal sealed record KnownMutation(Guid Id, long Seq, string? Outcome, string? Digest);

/// <summary>Device numbers and outcomes, written in the transaction of their effects.</summary>
internal sealed class DeviceTable(SqliteStore store)
{
    private readonly Database _database = store.Writer;

    public DeviceState? Find(DeviceId device)
    {
        var statement = _database.Prepare("SELECT last_n, incarnation, previous, via FROM _devices WHERE device = ?1").Bind(1, device.Value);
        var state = statement.Step()
            ? new DeviceState(device, statement.Integer(0), statement.TextOrNull(1), statement.TextOrNull(2)) { Via = statement.TextOrNull(3) }
            : null;
        statement.Reset();
        return state;
    }

    /// <summary>Who works with the device; null when it never wrote anything here.</summary>
    public string? FindUser(DeviceId device)
    {
        var statement = _database.Prepare("SELECT user_id FROM _devices WHERE device = ?1").Bind(1, device.Value);
        var user = statement.Step() ? statement.Text(0) : null;
        statement.Reset();
        return user;
    }

    public void Save(DeviceState state, string userId, string seenAt) =>
        _database.Prepare("""
            INSERT INTO _devices (device, last_n, incarnation, previous, user_id, seen_at, via) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT (device) DO UPDATE SET last_n = ?2, incarnation = ?3, previous = ?4, user_id = ?5, seen_at = ?6, via = ?7
            """)
            .Bind(1, state.Device.Value).Bind(2, state.LastN).Bind(3, state.Incarnation).Bind(4, state.Previous)
            .Bind(5, userId).Bind(6, seenAt).Bind(7, state.Via).Run();

    public KnownMutation? FindByNumber(DeviceId device, long number)
    {
        var statement = _database.Prepare("SELECT id, seq, outcome, digest FROM _mutations WHERE device = ?1 AND n = ?2")
            .Bind(1, device.Value).Bind(2, number);
        return ReadKnown(statement);
    }

    /// <summary>The answer that had an effect, when the id was answered under several numbers.</summary>
    public KnownMutation? FindById(Guid id)
    {
        var statement = _database.Prepare("SELECT id, seq, outcome, digest FROM _mutations WHERE id = ?1 ORDER BY seq DESC LIMIT 1").Bind(1, id);
        return ReadKnown(statement);
    }

    public void SaveOutcome(DeviceId device, long number, KnownMutation known, string userId) =>
        _database.Prepare("INSERT INTO _mutations (device, n, id, seq, outcome, digest, user_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
            .Bind(1, device.Value).Bind(2, number).Bind(3, known.Id).Bind(4, known.Seq)
            .Bind(5, known.Outcome).Bind(6, known.Digest).Bind(7, userId).Run();

    private static KnownMutation? ReadKnown(Statement statement)
    {
        var known = statement.Step()
            ? new KnownMutation(RowSql.ReadId(statement, 0), statement.Integer(1), statement.TextOrNull(2), statement.TextOrNull(3))
            : null;
        statement.Reset();
        return known;
    }
}
