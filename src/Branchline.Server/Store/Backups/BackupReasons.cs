namespace Branchline.Server.Store.Backups;

/// <summary>Why backups are made, as their names say it.</summary>
internal static class BackupReasons
{
    /// <summary>Somebody asked for it.</summary>
    public const string Manual = "manual";

    /// <summary>A node with rows joins another.</summary>
    public const string FirstLoad = "first-load";

    /// <summary>Every row is loaded anew.</summary>
    public const string Reset = "reset";

    /// <summary>A master was put back to an older copy, and both sides are merged.</summary>
    public const string Recovery = "recovery";

    /// <summary>A file is taken over.</summary>
    public const string Import = "import";

    /// <summary>Another backup takes its place.</summary>
    public const string Restore = "restore";
}
