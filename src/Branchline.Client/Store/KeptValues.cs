namespace Branchline.Client.Store;

/// <summary>Single values by name.</summary>
internal static class KeptValues
{
    /// <summary>The compiled schema as the node sent it.</summary>
    public const string Schema = "schema";

    /// <summary>The id of the person whose file it is.</summary>
    public const string User = "user";

    /// <summary>The life of the node's log in which it answered for what is kept as answered or sent.</summary>
    public const string AnsweredEpoch = "answered_epoch";

    /// <summary>The role of that person.</summary>
    public const string Role = "role";

    /// <summary>The latest time heard from the node; see <see cref="Clock"/>.</summary>
    public const string Heard = "heard";

    /// <summary>What head office said last of this device's mutations, without the refusals.</summary>
    public const string LastWord = "last_word";

    /// <summary>The ids of the mutations that it refused, the newest 200: told again, they are known.</summary>
    public const string Refused = "refused";

    /// <summary>The ids that this device had before, the newest first.</summary>
    public const string Formers = "formers";

    /// <summary>Of which ready file the one beside the store has the beginning; see <see cref="Live.ReadyDownload"/>.</summary>
    public const string Ready = "ready";

    public static string? Find(Database database, string name)
    {
        var statement = database.Prepare("SELECT value FROM kept WHERE name = ?1").Bind(1, name);
        try
        {
            return statement.Step() ? statement.Text(0) : null;
        }
        finally
        {
            statement.Reset();
        }
    }

    public static void Save(Database database, string name, string value) =>
        database.Prepare("INSERT OR REPLACE INTO kept (name, value) VALUES (?1, ?2)").Bind(1, name).Bind(2, value).Run();

    public static void Remove(Database database, string name) =>
        database.Prepare("DELETE FROM kept WHERE name = ?1").Bind(1, name).Run();
}
