using Branchline.Server;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Bench;

/// <summary>Looks into the database after the load: the rows acknowledged are there, and no others.</summary>
internal static class StoredRows
{
    public static void Verify(string data, IReadOnlyCollection<Guid> acknowledged)
    {
        using var database = Database.Open(DataDirectory.DatabaseFileOf(data), readOnly: true);
        using var statement = database.PrepareOnce("SELECT id FROM clients WHERE email LIKE '%.example'");
        var stored = new HashSet<Guid>();
        while (statement.Step())
        {
            stored.Add(Guid.Parse(statement.Text(0)));
        }

        if (!stored.SetEquals(acknowledged))
        {
            throw new InvalidOperationException(
                $"{acknowledged.Count} rows were acknowledged and {stored.Count} are stored; "
                + $"{acknowledged.Count(row => !stored.Contains(row))} of the acknowledged ones are missing");
        }
    }
}
