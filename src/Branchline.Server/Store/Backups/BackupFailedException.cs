namespace Branchline.Server.Store.Backups;

/// <summary>A backup could not be made: what comes after it does not begin. The message says why and what would help.</summary>
public sealed class BackupFailedException(string message, Exception? cause = null) : Exception(message, cause);
