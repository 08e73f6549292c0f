using System.Text.Json;
using Branchline.Protocol;

namespace Branchline.Client.Outgoing;

/// <summary>What the node refused, whole, with the reason.</summary>
internal static class TrayTable
{
    public static void Keep(Database database, Mutation mutation, MutationOutcome.Rejected outcome, DateTimeOffset now) =>
        database.Prepare("INSERT OR REPLACE INTO tray (id, rejected_at, body, code, reason, tbl, field, remedy) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
            .BindBlob(1, mutation.Id.ToByteArray(bigEndian: true)).Bind(2, now.ToUnixTimeMilliseconds())
            .BindUtf8(3, JsonSerializer.SerializeToUtf8Bytes(mutation, ProtocolJson.Default.Mutation))
            .Bind(4, outcome.Code).Bind(5, outcome.Reason).Bind(6, outcome.Table).Bind(7, outcome.Field).Bind(8, outcome.Remedy).Run();

    public static void Remove(Database database, Guid id) =>
        database.Prepare("DELETE FROM tray WHERE id = ?1").BindBlob(1, id.ToByteArray(bigEndian: true)).Run();

    /// <summary>Everything in it, oldest first.</summary>
    public static List<RejectedMutation> Load(Database database)
    {
        var statement = database.Prepare("SELECT body, code, reason, tbl, field, remedy, rejected_at FROM tray ORDER BY rejected_at, id");
        var tray = new List<RejectedMutation>();
        try
        {
            while (statement.Step())
            {
                var mutation = JsonSerializer.Deserialize(statement.Utf8(0), ProtocolJson.Default.Mutation)!;
                tray.Add(new RejectedMutation(mutation, statement.Text(1), statement.Text(2))
                {
                    Table = statement.TextOrNull(3),
                    Field = statement.TextOrNull(4),
                    Remedy = statement.TextOrNull(5),
                    RejectedAt = DateTimeOffset.FromUnixTimeMilliseconds(statement.Integer(6)),
                });
            }

            return tray;
        }
        finally
        {
            statement.Reset();
        }
    }
}
