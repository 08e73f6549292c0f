using System.ComponentModel.DataAnnotations;

namespace Branchline.Server.Store.Backups;

/// <summary>Copies of the database that the node makes by itself. Section <c>Branchline:Backups</c>.</summary>
public sealed class BackupOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Branchline:Backups";

    /// <summary>How many are kept; the oldest go first. The default is 10.</summary>
    [Range(1, 1000)]
    public int Keep { get; set; } = 10;

    /// <summary>Bytes that must stay free on the disk beside a backup. The default is 256 MB.</summary>
    [Range(0L, 1L << 44)]
    public long LeaveFree { get; set; } = 256L << 20;
}
