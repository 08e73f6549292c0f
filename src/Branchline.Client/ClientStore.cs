namespace Branchline.Client;

/// <summary>
/// The SQLite file that a client keeps its rows and its outbox in; made when it is not there. One client at a time opens it, and it
/// belongs to one person: rows and unsent mutations are theirs.
/// </summary>
/// <param name="Path">Where the file is. Beside it stand <c>PATH-wal</c>, <c>PATH-shm</c> and <c>PATH.lock</c>, and during a first sync <c>PATH.ready</c>.</param>
public sealed record ClientStore(string Path);
