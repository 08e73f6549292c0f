using System.CommandLine;
using Branchline.Cli;

var root = new RootCommand("Keeps every till, tablet and branch of a business in step.")
{
    UpVerb.Create(),
    ServeVerb.Create(),
    UserVerb.Create(),
    AppVerb.Create(),
    RealtimeVerb.Create(),
    BranchVerb.Create(),
    JoinVerb.Create(),
    SyncVerb.Create(),
    BackupVerbs.CreateBackup(),
    BackupVerbs.CreateRestore(),
    TrayVerb.Create(),
    JournalVerb.Create(),
    ConflictsVerb.Create(),
    CompareVerb.Create(),
    BenchVerb.Create(),
    ConfigVerb.Create(),
    DoctorVerb.Create(),
    MigrateVerb.Create(),
    TypesVerb.Create(),
};

foreach (var spelling in SyncVerb.CreateSpellings())
{
    root.Add(spelling);
}

return await Edge.RunAsync(root, args);
