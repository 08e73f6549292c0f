using Branchline.Protocol;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Feed;

/// <summary>Whether the log can be read on from a cursor.</summary>
internal sealed class FeedMarks(SqliteStore store, ReaderEpochs epochs)
{
    private long _head = store.Head;
    private long _compacted = store.Compacted;
    private long _floor = store.Floor;

    /// <summary>The last committed change this process knows of. Written by the commit loop.</summary>
    public long Head
    {
        get => Volatile.Read(ref _head);
        set => Volatile.Write(ref _head, value);
    }

    /// <summary>
    /// Up to which change the log may be compacted: an entry stands there for all that was written to its row before. Raised by the writer before
    /// it commits, so that whoever finds a compacted entry knows.
    /// </summary>
    public long Compacted
    {
        get => Volatile.Read(ref _compacted);
        set => Volatile.Write(ref _compacted, value);
    }

    /// <summary>
    /// The last change of which something may be purged. Raised by the writer before it commits: a reader that still stands above it after
    /// reading has missed nothing.
    /// </summary>
    public long Floor
    {
        get => Volatile.Read(ref _floor);
        set => Volatile.Write(ref _floor, value);
    }

    /// <summary>Whether a tombstone that the reader needs may be gone. Who has read nothing has nothing to drop.</summary>
    public bool IsExpired(long seq) => seq > 0 && seq < Floor;

    /// <summary>Why a snapshot is needed instead, or null.</summary>
    public string? FindReset(PageRequest request)
    {
        if (request.Cursor is not { } known)
        {
            return "new";
        }

        if (ReaderEpochs.LogOf(known) != store.Epoch)
        {
            return "epoch_changed";
        }

        if (known.Seq > Head)
        {
            return "ahead";
        }

        // Who has read nothing has nothing to drop and misses nothing.
        return known.Seq > 0 && known.Epoch != epochs.Of(request.Scope, request.Role) ? "access_changed"
            : IsExpired(known.Seq) ? "expired"
            : null;
    }
}
