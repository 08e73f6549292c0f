using System.CommandLine;
using System.Globalization;
using Branchline.Server;
using Branchline.Server.Access.Control;
using Branchline.Server.Store.Backups;

namespace Branchline.Cli;

/// <summary><c>branchline backup</c> and <c>branchline restore</c>: copies of a node's database, and putting one back.</summary>
internal static class BackupVerbs
{
    public static Command CreateBackup()
    {
        var arguments = new NodeArguments();
        var list = new Command("list", "Show every backup, newest first.");
        arguments.AddTo(list);
        list.SetAction(parsed => List(arguments.Read(parsed)));
        var now = new Command("now", "Make one now, whether or not the node runs.");
        arguments.AddTo(now);
        now.SetAction((parsed, cancellationToken) => TakeAsync(arguments.Read(parsed), cancellationToken));
        return new Command("backup", "Copies of the database. The node makes one by itself before a reset, a recovery and an import.") { list, now };
    }

    public static Command CreateRestore()
    {
        var source = new Argument<string>("backup") { Description = "Its name, see `backup list`; or a file." };
        var restore = new Command("restore", "Put a backup in the place of the database, which is kept. The node is stopped.") { source };
        var arguments = new NodeArguments();
        arguments.AddTo(restore);
        restore.SetAction(parsed => Restore(arguments.Read(parsed), parsed.GetRequiredValue(source)));
        return restore;
    }

    private static int List(ServerSettings settings)
    {
        var backups = DatabaseBackups.List(settings.DataDirectory);
        if (backups.Count == 0)
        {
            Console.WriteLine($"No backup in {settings.DataDirectory} yet.");
            return 0;
        }

        Screen.ShowTable(["Name", "Made", "Before", "KB"], backups.Select(backup => new[]
        {
            backup.Name, backup.At.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), backup.Reason, (backup.Bytes >> 10).ToString("N0", CultureInfo.InvariantCulture),
        }));
        return 0;
    }

    private static async Task<int> TakeAsync(ServerSettings settings, CancellationToken cancellationToken)
    {
        if (ControlFile.Read(settings.DataDirectory) is not null)
        {
            try
            {
                using var node = ControlClient.Open(settings.DataDirectory);
                var taken = await node.SendAsync(HttpMethod.Post, "api/backups", null, cancellationToken);
                Console.WriteLine(CaseAnswers.Text(taken, "name"));
                return 0;
            }
            catch (StartRefusedException refusal) when (refusal.InnerException is HttpRequestException)
            {
                // What was left of a node that was killed.
            }
        }

        using var directory = DataDirectory.Hold(settings.DataDirectory);
        Console.WriteLine(DatabaseBackups.Take(directory, OptionsOf(settings), settings.Time).Name);
        return 0;
    }

    private static int Restore(ServerSettings settings, string source)
    {
        using var directory = DataDirectory.Hold(settings.DataDirectory);
        var before = DatabaseBackups.Restore(directory, source, OptionsOf(settings), settings.Time);
        Console.WriteLine($"Restored {source}. The database as it was: {before}");
        Console.WriteLine("Start the node: a new life of its log begins, and devices, branches and masters bring it up to date.");
        return 0;
    }

    private static BackupOptions OptionsOf(ServerSettings settings) => BranchlineServer.OptionsInForce(settings).OfType<BackupOptions>().Single();
}
