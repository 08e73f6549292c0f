namespace Branchline.Server.Store.Sqlite;

/// <summary>The one entry that stands for all that was written to a row in a scope. Gone: it says that the row left or was deleted.</summary>
internal sealed record LogImage(long Scope, string Table, string Row, long Seq, bool IsGone);

/// <summary>A stretch of the log, compacted: what is written to it when it has been worked out.</summary>
/// <param name="After">The change after which the stretch begins: the log is compacted up to there.</param>
/// <param name="To">Up to which change it is compacted then.</param>
/// <param name="Images">One for each row and scope of the stretch.</param>
/// <param name="Rewritten">Entries that stand for older ones, too, with what they say then.</param>
/// <param name="Removed">Entries for which a newer one stands.</param>
internal sealed record LogFold(
    long After, long To, IReadOnlyList<LogImage> Images, IReadOnlyDictionary<long, ReadOnlyMemory<byte>> Rewritten, IReadOnlyList<long> Removed);
