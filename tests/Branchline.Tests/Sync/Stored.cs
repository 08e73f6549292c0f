using System.Text;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Tests.Sync;

/// <summary>Everything a node's database holds, to be compared.</summary>
internal static class Stored
{
    /// <summary>A line a row of every table. Sessions are left out: each request lengthens one.</summary>
    public static string Everything(TestNode node)
    {
        using var database = Open(node);
        var text = new StringBuilder();
        foreach (var table in Column(database, "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> '_sessions' ORDER BY name"))
        {
            var columns = Column(database, $"SELECT name FROM pragma_table_info('{table}')").Select(name => $"quote(\"{name}\")");
            foreach (var row in Column(database, $"SELECT {string.Join(" || ' ' || ", columns)} FROM \"{table}\" ORDER BY 1"))
            {
                text.AppendLine($"{table}: {row}");
            }
        }

        return text.ToString();
    }

    public static string? Scalar(TestNode node, string sql)
    {
        using var database = Open(node);
        return database.Scalar(sql);
    }

    private static Database Open(TestNode node) => Database.Open(Path.Combine(node.Directory, "branchline.db"), readOnly: true);

    private static List<string> Column(Database database, string sql)
    {
        using var statement = database.PrepareOnce(sql);
        var values = new List<string>();
        while (statement.Step())
        {
            values.Add(statement.TextOrNull(0) ?? "");
        }

        return values;
    }
}
