using Branchline.Protocol;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Feed;

/// <summary>Whether the log can be read on from a cursor.</summary>
internal sealed class FeedMarks(SqliteStore store)
{
    private long _head = store.Head;

    /// <summary>The last committed change this process knows of. Written by the commit loop.</summary>
    public long Head
    {
        get => Volatile.Read(ref _head);
        set => Volatile.Write(ref _head, value);
    }

    /// <summary>Why a snapshot is needed instead, or null.</summary>
    public string? FindReset(Cursor? cursor)
    {
        if (cursor is not { } known)
        {
            return "new";
        }

        if (known.Epoch != store.Epoch)
        {
            return "epoch_changed";
        }

        return known.Seq > Head ? "ahead" : null;
    }
}
