using Branchline.Protocol.Schema;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Store;

/// <summary>For the command line: what the schema asks of a database that no node holds, and doing it.</summary>
public static class DatabaseMigration
{
    /// <summary>A line for each step; those that lose something begin with <c>!</c>. Empty when there is nothing to do.</summary>
    public static IReadOnlyList<string> Plan(string file, BusinessSchema schema, TimeProvider time)
    {
        using var database = Database.Open(file, readOnly: false);
        var steps = new Migrations(database, time).Plan(schema);
        return [.. steps.Select(step => step.Loss is null ? $"+ {step.Description}" : $"! {step.Description}: loses {step.Loss}")];
    }

    /// <summary>Does every step. Returns the copy that was made of the database before.</summary>
    public static string Apply(string file, BusinessSchema schema, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        using var database = Database.Open(file, readOnly: false);
        var copy = $"{file}.before-{time.GetUtcNow():yyyyMMdd-HHmmss}";
        new Migrations(database, time).ApplyAll(schema, copy);
        return copy;
    }
}
