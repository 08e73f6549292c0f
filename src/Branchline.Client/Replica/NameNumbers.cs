using System.Collections.Concurrent;

namespace Branchline.Client.Replica;

/// <summary>
/// Numbers that stand for table names in the file. A number is given in memory and written with the first rows that use it, so one
/// that a rolled-back transaction gave is simply given again.
/// </summary>
internal sealed class NameNumbers
{
    private readonly ConcurrentDictionary<string, int> _numbers = new(StringComparer.Ordinal);

    public NameNumbers(Database database)
    {
        var statement = database.Prepare("SELECT name, no FROM tables");
        while (statement.Step())
        {
            _numbers[statement.Text(0)] = (int)statement.Integer(1);
        }

        statement.Reset();
    }

    public int? Find(string table) => _numbers.TryGetValue(table, out var number) ? number : null;

    /// <summary>The table's number, written; on the writer's thread only.</summary>
    public int Number(Database database, string table)
    {
        var number = _numbers.GetOrAdd(table, _ => _numbers.Count + 1);
        database.Prepare("INSERT OR IGNORE INTO tables (no, name) VALUES (?1, ?2)").Bind(1, number).Bind(2, table).Run();
        return number;
    }
}
