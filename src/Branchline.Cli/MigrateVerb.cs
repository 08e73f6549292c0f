using System.CommandLine;
using Branchline.Server;
using Branchline.Server.Store;

namespace Branchline.Cli;

/// <summary><c>branchline migrate</c>: what the schema asks of the database, and doing what is not done at start.</summary>
internal static class MigrateVerb
{
    public static Command Create()
    {
        var apply = new Option<bool>("--apply") { Description = "Do it. A copy of the database is made first." };
        var plan = new Option<bool>("--plan") { Description = "Only show it (the default)." };
        var command = new Command("migrate", "Show or do what the schema asks of the database.") { apply, plan };
        var arguments = new NodeArguments();
        arguments.AddTo(command);
        command.SetAction(parsed => Run(arguments.Read(parsed), parsed.GetValue(apply) && !parsed.GetValue(plan)));
        return command;
    }

    private static int Run(ServerSettings settings, bool apply)
    {
        using var directory = DataDirectory.Hold(settings.DataDirectory);
        var schema = settings.Schema.Load();
        var steps = DatabaseMigration.Plan(directory.DatabaseFile, schema, settings.Time);
        foreach (var step in steps)
        {
            Console.WriteLine(step);
        }

        if (steps.Count == 0)
        {
            Console.WriteLine("The database is as the schema declares it.");
        }
        else if (apply)
        {
            Console.WriteLine($"Done. The database as it was: {DatabaseMigration.Apply(directory.DatabaseFile, schema, settings.Time)}");
        }

        return 0;
    }
}
