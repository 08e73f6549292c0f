namespace Branchline.Server.Feed.ReadyFiles;

/// <summary>No file can be made at the moment: the disk is full, or as many as may be are being read. Snapshots are there as ever.</summary>
internal sealed class ReadyFileUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
