using System.Globalization;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Store.Backups;

/// <summary>For the command line: the backups of a data directory, and putting one back while no node runs on it.</summary>
public static class DatabaseBackups
{
    // What SQLite keeps beside a database, and what a database is made of.
    private static readonly string[] Beside = ["-wal", "-shm"];
    private static readonly string[] Whole = ["", "-wal"];

    /// <summary>All of them, newest first. A node may run.</summary>
    public static IReadOnlyList<Backup> List(string dataDirectory) => new BackupFolder(dataDirectory, new BackupOptions()).List();

    /// <summary>Makes one of a directory on which no node runs. Throws <see cref="StartRefusedException"/>.</summary>
    public static Backup Take(DataDirectory directory, BackupOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(time);
        RequireDatabase(directory);
        var folder = new BackupFolder(directory.Path, options);
        var backup = Take(folder, BackupReasons.Manual, time);
        folder.Prune();
        return backup;
    }

    /// <summary>
    /// Puts a backup, by its name or as a file, in the place of the database, which is kept as a backup. At the next start a new life of the log begins, so
    /// that devices, branches and masters bring it up to date again. Answers where the database of before is. Throws <see cref="StartRefusedException"/>.
    /// </summary>
    public static string Restore(DataDirectory directory, string source, BackupOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(time);
        var folder = new BackupFolder(directory.Path, options);
        var (file, present) = (Find(folder, source), directory.DatabaseFile);
        Examine(file);
        var restored = present + ".restored";
        try
        {
            BackupFolder.Copy(file, restored);
            var before = File.Exists(present) ? KeepAside(folder, present, time) : "none: there was no database";
            foreach (var ending in Beside)
            {
                File.Delete(present + ending);
            }

            HeadMark.Supersede(present);
            File.Move(restored, present, overwrite: true);
            folder.Prune(spared: Path.GetFileNameWithoutExtension(file));
            return before;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SqliteFailure)
        {
            throw new StartRefusedException($"{source} could not be put back: {failure.Message}. The database is as it was.", failure);
        }
        finally
        {
            File.Delete(restored);
        }
    }

    private static string Find(BackupFolder folder, string source)
    {
        var known = folder.PathOf(source);
        return File.Exists(known) && Path.GetFileName(source) == source ? known
            : File.Exists(source) ? Path.GetFullPath(source)
            : throw new StartRefusedException(
                $"There is no backup {source} and no file of that name. The backups are: {string.Join(", ", folder.List().Select(backup => backup.Name).DefaultIfEmpty("none"))}.");
    }

    /// <summary>Only a whole database of a node is put in the place of one.</summary>
    private static void Examine(string file)
    {
        try
        {
            using var database = Database.Open(file, readOnly: true);
            var said = database.Scalar("PRAGMA quick_check(1)");
            _ = said == "ok" ? 0 : throw new StartRefusedException($"{file} is damaged ({said}); choose another backup.");
            _ = database.Scalar("SELECT value FROM _meta WHERE key = 'epoch'") ?? throw new StartRefusedException($"{file} is no database of a node.");
        }
        catch (SqliteFailure failure)
        {
            throw new StartRefusedException($"{file} is no database of a node, or a damaged one ({failure.Message}).", failure);
        }
    }

    /// <summary>As a backup; one that is too damaged to be read is moved aside as it is.</summary>
    private static string KeepAside(BackupFolder folder, string present, TimeProvider time)
    {
        try
        {
            return Take(folder, BackupReasons.Restore, time).Name;
        }
        catch (StartRefusedException refusal) when (refusal.InnerException?.InnerException is SqliteFailure { IsDamaged: true })
        {
            var aside = string.Create(CultureInfo.InvariantCulture, $"{present}.damaged-{time.GetUtcNow():yyyyMMdd-HHmmss}");
            foreach (var ending in Whole.Where(ending => File.Exists(present + ending)))
            {
                File.Move(present + ending, aside + ending);
            }

            return aside;
        }
    }

    private static Backup Take(BackupFolder folder, string reason, TimeProvider time)
    {
        try
        {
            return folder.Take(reason, time.GetUtcNow());
        }
        catch (BackupFailedException failure)
        {
            throw new StartRefusedException(failure.Message, failure);
        }
    }

    private static void RequireDatabase(DataDirectory directory) =>
        _ = File.Exists(directory.DatabaseFile) ? 0 : throw new StartRefusedException($"There is no database in {directory.Path} yet.");
}
