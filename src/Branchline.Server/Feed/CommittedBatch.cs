using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Feed.Events;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Feed;

/// <summary>One log entry as it was committed. <paramref name="Json"/> is the change as it travels in a page.</summary>
internal sealed record CommittedChange(
    long Seq, string Scope, TableSchema Table, Guid Id, ChangeKind Kind, ReadOnlyMemory<byte> Json)
{
    /// <summary>The row after the write (before it, for a delete), for events; null on the LEAVE half of a move between scopes.</summary>
    public IReadOnlyDictionary<string, FieldValue>? Row { get; init; }

    /// <summary>What the write did, or null on the LEAVE half of a move.</summary>
    public WriteKind? Action { get; init; }

    /// <summary>The workflow state the write moved the row to, or null.</summary>
    public string? MovedTo { get; init; }

    /// <summary>What it adds to the checksum of its table in its scope, modulo 2^64.</summary>
    public ulong Sum { get; init; }

    /// <summary>The Pusher connection of whoever wrote, which knows already and hears no event of it; or null.</summary>
    public string? ExceptSocketId { get; init; }
}

/// <summary>Everything one commit wrote to the log, in order: the changes after <paramref name="AfterSeq"/> up to <paramref name="LastSeq"/>, and the events they cause.</summary>
internal sealed record CommittedBatch(long AfterSeq, long LastSeq, IReadOnlyList<CommittedChange> Changes, IReadOnlyList<TableEvent> Events)
{
    /// <summary>The checksums after it, of every scope that it has changes in.</summary>
    public IReadOnlyDictionary<string, TableSums> Sums { get; init; } = new Dictionary<string, TableSums>();
}
