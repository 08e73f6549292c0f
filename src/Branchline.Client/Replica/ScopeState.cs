using Branchline.Protocol;

namespace Branchline.Client.Replica;

/// <summary>
/// How far a scope was read. Until its snapshot is complete <paramref name="Cursor"/> is null, and <paramref name="Snapshot"/> and
/// <paramref name="Next"/> say how far that came. <paramref name="Old"/>: which rows are from before that.
/// </summary>
internal sealed record ScopeState(int No, string Name, Cursor? Cursor, Cursor? Snapshot, string? Next, OldRows Old)
{
    public static List<ScopeState> Load(Database database)
    {
        var statement = database.Prepare("SELECT no, name, cursor, snapshot, next, has_old FROM scopes");
        var scopes = new List<ScopeState>();
        while (statement.Step())
        {
            scopes.Add(new ScopeState(
                (int)statement.Integer(0), statement.Text(1), CursorIn(statement, 2), CursorIn(statement, 3), statement.TextOrNull(4),
                (OldRows)statement.Integer(5)));
        }

        statement.Reset();
        return scopes;
    }

    public void Save(Database database) =>
        database.Prepare("INSERT OR REPLACE INTO scopes (no, name, cursor, snapshot, next, has_old) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            .Bind(1, No).Bind(2, Name).Bind(3, Cursor?.ToString()).Bind(4, Snapshot?.ToString()).Bind(5, Next).Bind(6, (long)Old).Run();

    public void Remove(Database database) => database.Prepare("DELETE FROM scopes WHERE no = ?1").Bind(1, No).Run();

    private static Cursor? CursorIn(Statement statement, int column) =>
        Protocol.Cursor.TryParse(statement.TextOrNull(column), out var cursor) ? cursor : null;
}

/// <summary>Which rows of a scope are from before it was reset. The numbers are in the file.</summary>
internal enum OldRows
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Rows that a snapshot has to confirm.</summary>
    Unconfirmed = 1,

    /// <summary>All of them, as they were when this device was last here, which is too long ago for the feed to tell what became of them.</summary>
    Expired = 2,
}
