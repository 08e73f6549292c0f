using Branchline.Protocol;

namespace Branchline.Client.Store;

/// <summary>
/// This file as a device. <paramref name="Life"/> counts the device ids it has had; <paramref name="N"/> is the last number given;
/// the next stamp is later than (<paramref name="ClockMs"/>, <paramref name="ClockCounter"/>).
/// </summary>
internal sealed record DeviceRecord(DeviceId Id, long Life, long N, string? Incarnation, long ClockMs, int ClockCounter)
{
    private const string Columns = "id, life, n, incarnation, clock_ms, clock_counter";

    public static DeviceRecord? Find(Database database)
    {
        var statement = database.Prepare($"SELECT {Columns} FROM device");
        try
        {
            return statement.Step()
                ? new DeviceRecord(
                    new DeviceId(statement.Text(0)), statement.Integer(1), statement.Integer(2), statement.TextOrNull(3),
                    statement.Integer(4), (int)statement.Integer(5))
                : null;
        }
        finally
        {
            statement.Reset();
        }
    }

    public static DeviceRecord Get(Database database) => Find(database) ?? throw new InvalidOperationException("The file has no device yet");

    public void Save(Database database) =>
        database.Prepare($"INSERT OR REPLACE INTO device (one, {Columns}) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6)")
            .Bind(1, Id.Value).Bind(2, Life).Bind(3, N).Bind(4, Incarnation).Bind(5, ClockMs).Bind(6, ClockCounter).Run();
}
