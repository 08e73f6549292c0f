using Branchline.Sqlite;

namespace Branchline.Bench.Chain;

/// <summary>Looks into both databases afterwards: the rows that were written are there, on both sides, and equal.</summary>
internal static class EqualRows
{
    private static readonly string[] Columns = ["name", "phone", "email", "city", "note", "status", "since", "created_at", "updated_at", "_at"];

    /// <summary>Throws unless both nodes hold the same rows of a branch's clients, and just the expected ones.</summary>
    public static void Verify(ChainNode office, ChainNode branch, Guid id, IReadOnlyCollection<Guid> expected)
    {
        var (above, below) = (Read(office, id), Read(branch, id));
        var missing = expected.Count(row => !above.ContainsKey(row.ToString()));
        if (missing > 0 || above.Count != expected.Count || below.Count != above.Count || below.Any(row => above.GetValueOrDefault(row.Key) != row.Value))
        {
            throw new InvalidOperationException(
                $"{expected.Count} rows were written, {missing} of them are missing at head office, which has {above.Count}; the branch has {below.Count}, "
                + $"{below.Count(row => above.GetValueOrDefault(row.Key) != row.Value)} of them different");
        }

        Console.WriteLine($"{expected.Count:N0} rows, the same in the branch and at head office.");
    }

    /// <summary>The branch's clients by id, as text.</summary>
    public static Dictionary<string, string> Read(ChainNode node, Guid branch)
    {
        using var database = Database.Open(node.DatabaseFile, readOnly: true);
        using var statement = database.PrepareOnce(
            $"SELECT id, {string.Join(", ", Columns)} FROM clients WHERE branch_id = ?1 AND _deleted IS NULL").Bind(1, branch.ToString());
        var rows = new Dictionary<string, string>(StringComparer.Ordinal);
        while (statement.Step())
        {
            rows.Add(statement.Text(0), string.Join('|', Columns.Select((_, index) => statement.TextOrNull(index + 1))));
        }

        return rows;
    }
}
