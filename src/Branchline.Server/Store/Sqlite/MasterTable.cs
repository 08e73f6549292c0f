namespace Branchline.Server.Store.Sqlite;

/// <summary>A master that this node follows, and whether it is told of rows as they stand rather than of mutations.</summary>
internal readonly record struct FollowedMaster(string Name, bool TakesRows);

/// <summary>The masters that this node follows: a name, and what Replication keeps of each as JSON.</summary>
internal static class MasterTable
{
    public static FollowedMaster[] Followed(Database database)
    {
        using var statement = database.PrepareOnce("SELECT name, takes_rows FROM _masters ORDER BY name");
        var followed = new List<FollowedMaster>();
        while (statement.Step())
        {
            followed.Add(new FollowedMaster(statement.Text(0), statement.Integer(1) != 0));
        }

        return [.. followed];
    }

    /// <summary>Whether any declared table has a row: such a node does not join a master.</summary>
    public static bool HasRows(Database database, IEnumerable<TableLayout> layouts) =>
        layouts.Any(layout => database.Scalar($"SELECT 1 FROM {layout.Name} LIMIT 1") is not null);

    public static IReadOnlyList<byte[]> ReadAll(Database database)
    {
        using var statement = database.PrepareOnce("SELECT json FROM _masters ORDER BY name");
        var all = new List<byte[]>();
        while (statement.Step())
        {
            all.Add(statement.Utf8(0).ToArray());
        }

        return all;
    }

    public static void Save(Database database, FollowedMaster master, ReadOnlySpan<byte> json) =>
        database.Prepare("INSERT OR REPLACE INTO _masters (name, takes_rows, json) VALUES (?1, ?2, ?3)")
            .Bind(1, master.Name).Bind(2, master.TakesRows ? 1L : 0L).BindUtf8(3, json).Run();

    public static void Delete(Database database, string name) =>
        database.Prepare("DELETE FROM _masters WHERE name = ?1").Bind(1, name).Run();

    /// <summary>Notes that with the log at <paramref name="head"/> the master's was known up to <paramref name="seq"/>.</summary>
    public static void Mark(Database database, string name, long head, long seq)
    {
        database.Prepare("INSERT OR REPLACE INTO _down_marks (master, head, seq) VALUES (?1, ?2, ?3)").Bind(1, name).Bind(2, head).Bind(3, seq).Run();
        database.Prepare("DELETE FROM _down_marks WHERE master = ?1 AND head <= ?2 - 1000000").Bind(1, name).Bind(2, head).Run();
    }

    /// <summary>Forgets what was noted of the master's log.</summary>
    public static void Unmark(Database database, string name) => database.Prepare("DELETE FROM _down_marks WHERE master = ?1").Bind(1, name).Run();

    /// <summary>Up to which number of the master's log somebody knew it who knew this node's up to <paramref name="known"/>.</summary>
    public static long Known(Database database, string name, long known)
    {
        var statement = database.Prepare("SELECT seq FROM _down_marks WHERE master = ?1 AND head <= ?2 ORDER BY head DESC LIMIT 1").Bind(1, name).Bind(2, known);
        var seq = statement.Step() ? statement.Integer(0) : 0;
        statement.Reset();
        return seq;
    }
}
