namespace Branchline.Server;

/// <summary>How much room is left where the data is. <paramref name="Free"/> and <paramref name="Total"/> are bytes.</summary>
internal sealed record DiskSpace(long Free, long Total)
{
    /// <summary>Null where the system does not tell.</summary>
    public static DiskSpace? Of(string directory)
    {
        try
        {
            var drive = new DriveInfo(directory);
            return new DiskSpace(drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
