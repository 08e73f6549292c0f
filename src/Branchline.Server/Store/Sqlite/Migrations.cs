using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Store.Sqlite;

/// <summary>
/// Brings the database to the declared schema and records each step in <c>schema_migrations</c>. Adding is done at start; what
/// drops or narrows is printed as a plan and done only when asked for, after a copy of the file was made.
/// </summary>
internal sealed class Migrations(Database database, TimeProvider time)
{
    /// <summary>Adds what is missing. Throws <see cref="MigrationNeededException"/>, having changed nothing, when something would be lost.</summary>
    public void Apply(BusinessSchema schema)
    {
        database.Execute("BEGIN IMMEDIATE");
        SystemTables.Ensure(database);
        var steps = new MigrationPlan(database, schema).Steps();
        if (steps.Any(step => step.IsDestructive))
        {
            database.Execute("ROLLBACK");
            throw new MigrationNeededException(steps);
        }

        Run(steps);
        database.Execute("COMMIT");
    }

    /// <summary>Everything that would be done, done or not at start.</summary>
    public IReadOnlyList<MigrationStep> Plan(BusinessSchema schema)
    {
        SystemTables.Ensure(database);
        return new MigrationPlan(database, schema).Steps();
    }

    /// <summary>Does everything, losses included; the copy holds the database as it was.</summary>
    public void ApplyAll(BusinessSchema schema, string copy)
    {
        var steps = Plan(schema);
        using (var backup = database.PrepareOnce("VACUUM INTO ?1"))
        {
            backup.Bind(1, copy).Run();
        }

        database.Execute("BEGIN IMMEDIATE");
        Run(steps);
        database.Execute("COMMIT");
    }

    private void Run(IReadOnlyList<MigrationStep> steps)
    {
        // A step may fill in or change rows without a word in the log: their checksums are counted anew.
        if (steps.Count > 0)
        {
            database.Execute("DELETE FROM _meta WHERE key = 'sums'");
        }

        var now = TimestampConverter.Format(time.GetUtcNow());
        foreach (var step in steps)
        {
            foreach (var sql in step.Sql)
            {
                database.Execute(sql);
            }

            using var record = database.PrepareOnce("INSERT INTO schema_migrations (applied_at, description, sql) VALUES (?1, ?2, ?3)");
            record.Bind(1, now).Bind(2, step.Description).Bind(3, string.Join(";\n", step.Sql)).Run();
        }
    }
}

/// <summary>The schema asks for something that would lose data.</summary>
internal sealed class MigrationNeededException(IReadOnlyList<MigrationStep> steps) : Exception("The schema drops or narrows something")
{
    public IReadOnlyList<MigrationStep> Steps { get; } = steps;

    /// <summary>The plan as it is printed: a line a step, what would be lost behind it.</summary>
    public string Describe() => string.Join('\n', Steps.Select(step => step.Loss is null ? $"  + {step.Description}" : $"  ! {step.Description}: loses {step.Loss}"));
}
