namespace Branchline.Server;

/// <summary>The node's own directory, held by one process at a time.</summary>
public sealed class DataDirectory : IDisposable
{
    // What Linux, macOS and Windows call it.
    private static readonly int[] HeldByAnother = [11, 35, unchecked((int)0x80070020)];
    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>The database file.</summary>
    public string DatabaseFile => DatabaseFileOf(Path);

    /// <summary>Where a directory's database file is, whether or not it exists.</summary>
    public static string DatabaseFileOf(string directory) => System.IO.Path.Combine(directory, "branchline.db");

    /// <summary>Makes the directory when missing and holds it until disposed. Throws <see cref="StartRefusedException"/>.</summary>
    public static DataDirectory Hold(string directory)
    {
        var path = System.IO.Path.GetFullPath(directory);
        Make(path);
        try
        {
            // The operating system drops the lock with the process, so a crash leaves nothing to clean up.
            var held = new FileStream(
                System.IO.Path.Combine(path, "branchline.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new DataDirectory(path, held);
        }
        catch (IOException failure) when (Array.IndexOf(HeldByAnother, failure.HResult) >= 0)
        {
            throw new StartRefusedException(
                $"Another Branchline is running on {path}; stop it first, or give this one its own --data.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(path, failure);
        }
    }

    /// <summary>Makes the directory when missing, readable by its owner only.</summary>
    public static void Make(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
                return;
            }

            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(path, failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static StartRefusedException NotWritable(string path, Exception failure) =>
        new($"The data directory {path} cannot be written to; give this user the right to, or choose another with --data.", failure);
}
