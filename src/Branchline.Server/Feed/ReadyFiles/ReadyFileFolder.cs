using System.Globalization;

namespace Branchline.Server.Feed.ReadyFiles;

/// <summary>Where ready files lie: a folder of their own in the data directory. What a run left there is of no use to the next.</summary>
internal sealed class ReadyFileFolder
{
    // The tills' writes come first: a file takes no more than this part of what is free.
    private const int PartOfFree = 2;

    private readonly string _path;
    private int _made;

    public ReadyFileFolder(DataDirectory directory)
    {
        _path = Path.Combine(directory.Path, "ready");
        foreach (var left in Directory.Exists(_path) ? Directory.GetFiles(_path) : [])
        {
            Remove(left);
        }
    }

    /// <summary>How many bytes a file may have at most for the disk's sake.</summary>
    public long Room
    {
        get
        {
            DataDirectory.Make(_path);
            return new DriveInfo(_path).AvailableFreeSpace / PartOfFree;
        }
    }

    /// <summary>A path that no file had before.</summary>
    public string NextPath() => Path.Combine(_path, string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref _made)}.db"));

    /// <summary>One that cannot be removed goes at the next start.</summary>
    public static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // As above.
        }
    }
}
