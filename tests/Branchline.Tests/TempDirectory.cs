using Branchline.Server.Store.Sqlite;

namespace Branchline.Tests;

/// <summary>A directory that goes with the test.</summary>
internal sealed class TempDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("branchline-").FullName;

    public string DatabaseFile => System.IO.Path.Combine(Path, "branchline.db");

    public Database OpenDatabase() => Database.Open(DatabaseFile, readOnly: true);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
