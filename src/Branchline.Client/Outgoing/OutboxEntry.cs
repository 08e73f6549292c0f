using System.Text.Json;
using Branchline.Protocol;
using Branchline.Client.Store;

namespace Branchline.Client.Outgoing;

/// <summary>Where a mutation stands. The numbers are in the file.</summary>
internal enum OutboxState
{
    /// <summary>The node has not answered.</summary>
    Waiting = 0,

    /// <summary>Answered, but its changes have not been read: it still lies on the rows.</summary>
    Answered = 1,

    /// <summary>Done with; kept for a node that is restored from an older copy and has lost it.</summary>
    Sent = 2,
}

/// <summary>
/// A mutation in the outbox. <paramref name="Place"/> orders them for good; <paramref name="Life"/> is the device id's that numbered it;
/// <paramref name="Body"/> is its JSON, ready to be sent.
/// </summary>
internal sealed record OutboxEntry(
    long Place, OutboxState State, DateTimeOffset QueuedAt, long Life, Mutation Mutation, ReadOnlyMemory<byte> Body)
{
    private const string Columns = "place, state, queued_at, life, body";

    /// <summary>What the node has not answered, and what was answered and not yet read; in order.</summary>
    public static List<OutboxEntry> LoadOpen(Database database) =>
        Read(database.Prepare($"SELECT {Columns} FROM outbox WHERE state < 2 ORDER BY place"));

    public static List<OutboxEntry> LoadSent(Database database, long life, long afterN) =>
        Read(database.Prepare($"SELECT {Columns} FROM outbox WHERE state = 2 AND life = ?1 AND n > ?2 ORDER BY place").Bind(1, life).Bind(2, afterN));

    public static OutboxEntry Add(Database database, Mutation mutation, long life, DateTimeOffset now)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(mutation, ProtocolJson.Default.Mutation);
        var insert = database.Prepare("INSERT INTO outbox (state, queued_at, life, n, body) VALUES (0, ?1, ?2, ?3, ?4) RETURNING place");
        insert.Bind(1, now.ToUnixTimeMilliseconds()).Bind(2, life).Bind(3, mutation.N).BindUtf8(4, body);
        insert.Step();
        var place = insert.Integer(0);
        insert.Run();
        return new OutboxEntry(place, OutboxState.Waiting, now, life, mutation, body);
    }

    /// <summary>Whether the node has not answered what was saved last.</summary>
    public static bool IsLastUnsent(Database database) =>
        database.Number("SELECT coalesce((SELECT state = 0 FROM outbox ORDER BY place DESC LIMIT 1), 0)") != 0;

    /// <summary>The highest number of a device's life that the node has answered for, as far as it is kept.</summary>
    public static long LastAnswered(Database database, long life)
    {
        var statement = database.Prepare("SELECT coalesce(max(n), 0) FROM outbox WHERE state > 0 AND life = ?1").Bind(1, life);
        statement.Step();
        var last = statement.Integer(0);
        statement.Reset();
        return last;
    }

    public static bool IsAnswered(Database database, long place)
    {
        var statement = database.Prepare("SELECT 1 FROM outbox WHERE place = ?1 AND state = 1").Bind(1, place);
        var isAnswered = statement.Step();
        statement.Reset();
        return isAnswered;
    }

    public static void SetState(Database database, long place, OutboxState state) =>
        database.Prepare("UPDATE outbox SET state = ?2 WHERE place = ?1").Bind(1, place).Bind(2, (long)state).Run();

    public static void Remove(Database database, long place) =>
        database.Prepare("DELETE FROM outbox WHERE place = ?1").Bind(1, place).Run();

    /// <summary>Forgets what was sent long ago.</summary>
    public static void TrimSent(Database database, int kept) =>
        database.Prepare("DELETE FROM outbox WHERE state = 2 AND place <= (SELECT max(place) FROM outbox) - ?1").Bind(1, kept).Run();

    /// <summary>The mutation as another device's: its number and the device part of its stamp change, its id and time stay.</summary>
    public OutboxEntry Renumbered(DeviceRecord device)
    {
        var mutation = Mutation with { Device = device.Id, N = device.N, At = Mutation.At with { Device = device.Id } };
        var body = JsonSerializer.SerializeToUtf8Bytes(mutation, ProtocolJson.Default.Mutation);
        return this with { State = OutboxState.Waiting, Life = device.Life, Mutation = mutation, Body = body };
    }

    public void Save(Database database) =>
        database.Prepare("UPDATE outbox SET state = ?2, life = ?3, n = ?4, body = ?5 WHERE place = ?1")
            .Bind(1, Place).Bind(2, (long)State).Bind(3, Life).Bind(4, Mutation.N).BindUtf8(5, Body.Span).Run();

    private static List<OutboxEntry> Read(Statement statement)
    {
        var entries = new List<OutboxEntry>();
        try
        {
            while (statement.Step())
            {
                var body = statement.Utf8(4).ToArray();
                entries.Add(new OutboxEntry(
                    statement.Integer(0), (OutboxState)statement.Integer(1), DateTimeOffset.FromUnixTimeMilliseconds(statement.Integer(2)),
                    statement.Integer(3), JsonSerializer.Deserialize(body, ProtocolJson.Default.Mutation)!, body));
            }

            return entries;
        }
        finally
        {
            statement.Reset();
        }
    }
}
