namespace Branchline.Protocol;

/// <summary>What a device knows of its own disk. A browser may take everything away again unless it has promised not to.</summary>
public static class StorageVerdict
{
    /// <summary>Kept until the person deletes it.</summary>
    public const string Persistent = "persistent";

    /// <summary>The browser may delete everything when the disk is full.</summary>
    public const string BestEffort = "best_effort";

    /// <summary>Gone when the window closes.</summary>
    public const string Private = "private";

    /// <summary>The browser does not say.</summary>
    public const string Unknown = "unknown";

    /// <summary>Whether it is one of these; a device need not say anything.</summary>
    public static bool IsValid(string? word) => word is null or Persistent or BestEffort or Private or Unknown;
}
