using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Store.Backups;

/// <summary>
/// The folder of backups in a data directory, readable by its owner only. A backup is made beside a node that writes, from one state of the database, and
/// stands under its name only once it is whole.
/// </summary>
internal sealed class BackupFolder(string dataDirectory, BackupOptions options)
{
    private const string Part = ".part";

    private readonly string _path = Path.Combine(dataDirectory, "backups");
    private readonly string _database = DataDirectory.DatabaseFileOf(dataDirectory);

    /// <summary>All of them, newest first.</summary>
    public IReadOnlyList<Backup> List() => Directory.Exists(_path)
        ? [.. new DirectoryInfo(_path).GetFiles("*" + Backup.Ending).Select(Backup.Of).OfType<Backup>().OrderByDescending(backup => backup.At).ThenByDescending(backup => backup.Name, StringComparer.Ordinal)]
        : [];

    public string PathOf(string name) => Path.Combine(_path, name + Backup.Ending);

    /// <summary>Makes one. Throws <see cref="BackupFailedException"/>.</summary>
    public Backup Take(string reason, DateTimeOffset at)
    {
        try
        {
            DataDirectory.Make(_path);
            RequireRoom(_database);
            var name = Enumerable.Range(0, int.MaxValue).Select(count => Backup.NameOf(at, reason, count)).First(one => !File.Exists(PathOf(one)));
            Copy(_database, PathOf(name));
            return Backup.Of(new FileInfo(PathOf(name)))!;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or StartRefusedException || failure is SqliteFailure { IsUnavailable: true })
        {
            throw new BackupFailedException($"No backup could be made in {_path}: {failure.Message}", failure);
        }
    }

    /// <summary>The oldest of more than are kept go; one of them may be spared.</summary>
    public void Prune(string? spared = null)
    {
        foreach (var backup in List().Skip(options.Keep).Where(backup => backup.Name != spared))
        {
            File.Delete(PathOf(backup.Name));
        }
    }

    /// <summary>A copy of a database in one state, whole or not at all.</summary>
    public static void Copy(string from, string to)
    {
        var part = to + Part;
        File.Delete(part);
        try
        {
            CreatePrivate(part);
            using (var source = Database.Open(from, readOnly: true))
            using (var into = source.PrepareOnce("VACUUM INTO ?1").Bind(1, part))
            {
                into.Run();
            }

            using (var written = new FileStream(part, FileMode.Open, FileAccess.ReadWrite))
            {
                written.Flush(flushToDisk: true);
            }

            File.Move(part, to, overwrite: true);
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }

    /// <summary>Throws <see cref="BackupFailedException"/> where a copy of the file would not leave enough for the tills.</summary>
    public void RequireRoom(string file)
    {
        var needed = Length(file) + Length(file + "-wal") + options.LeaveFree;
        var free = new DriveInfo(_path).AvailableFreeSpace;
        if (free < needed)
        {
            throw new BackupFailedException(
                $"A backup needs {needed >> 20} MB on the disk of {_path}, {options.LeaveFree >> 20} MB of them to stay free, and there are {free >> 20} MB. Make room, or keep fewer backups");
        }
    }

    // SQLite writes into an empty file, and leaves it the mode that it has.
    private static void CreatePrivate(string path)
    {
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        new FileStream(path, how).Dispose();
    }

    private static long Length(string file) => File.Exists(file) ? new FileInfo(file).Length : 0;
}
