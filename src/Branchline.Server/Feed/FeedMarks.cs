using Branchline.Protocol;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Feed;

/// <summary>Whether the log can be read on from a cursor.</summary>
internal sealed class FeedMarks(SqliteStore store, ReaderEpochs epochs)
{
    private long _head = store.Head;

    /// <summary>The last committed change this process knows of. Written by the commit loop.</summary>
    public long Head
    {
        get => Volatile.Read(ref _head);
        set => Volatile.Write(ref _head, value);
    }

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
        return known.Seq > 0 && known.Epoch != epochs.Of(request.Scope, request.Role) ? "access_changed" : null;
    }
}
