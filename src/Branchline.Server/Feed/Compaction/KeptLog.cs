using Branchline.Server.Store.Sqlite;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Feed.Compaction;

/// <summary>The next piece of a step, to be written by the writer in a commit of its own; null when the step is done.</summary>
internal delegate Task<Action?> NextPiece(CancellationToken cancellationToken);

/// <summary>What a round of compaction does, step by step.</summary>
internal sealed class KeptLog(
    LogFolding folding, LogLeavings leavings, FeedFloor floor, ReaderPlaces readers, LogTrimming trimming, FeedMarks marks,
    IOptions<FeedOptions> options, TimeProvider time)
{
    private readonly int _most = options.Value.BatchSize;

    /// <summary>The steps of one round. What comes in meanwhile is for the next round, so that a busy node's rounds end, too.</summary>
    public IReadOnlyList<NextPiece> Round() => [Each([Mark]), Each(NoteReaders), FoldAsync, PurgeAsync, ForgetEventsAsync, ForgetOutcomes()];

    private static NextPiece Each(IEnumerable<Action> pieces)
    {
        var left = new Queue<Action>(pieces);
        return _ => Task.FromResult(left.TryDequeue(out var piece) ? piece : null);
    }

    /// <summary>How old the log is can be told by its marks only: stamps are those of devices, which write offline.</summary>
    private void Mark()
    {
        var now = time.GetUtcNow();
        trimming.Mark(marks.Head, now.ToUnixTimeMilliseconds(), (now - options.Value.KeepTombstones).ToUnixTimeMilliseconds());
    }

    private IEnumerable<Action> NoteReaders => readers.TakeAll().Chunk(_most).Select(places => (Action)(() =>
    {
        trimming.ForgetReaders((time.GetUtcNow() - options.Value.HoldForDevices).ToUnixTimeMilliseconds());
        foreach (var (device, place) in places)
        {
            trimming.NoteReader(device, place.Seq, place.SeenAt, place.Storage);
        }
    }));

    private async Task<Action?> FoldAsync(CancellationToken cancellationToken)
    {
        if (await folding.NextAsync(await floor.FoldableAsync(cancellationToken), _most, cancellationToken) is not { } fold)
        {
            return null;
        }

        return () =>
        {
            marks.Compacted = fold.To;
            trimming.Write(fold);
        };
    }

    private async Task<Action?> PurgeAsync(CancellationToken cancellationToken)
    {
        var tombstones = await leavings.TombstonesAsync(await floor.PurgeableAsync(cancellationToken), _most, cancellationToken);
        if (tombstones.Count == 0)
        {
            return null;
        }

        return () =>
        {
            marks.Floor = tombstones[^1].Seq;
            trimming.Purge(tombstones);
        };
    }

    private async Task<Action?> ForgetEventsAsync(CancellationToken cancellationToken) =>
        await leavings.EventsAsync(await floor.FoldableAsync(cancellationToken), _most, cancellationToken) is { } events
            ? () => trimming.ForgetEvents(events.Place, events.Last)
            : null;

    private NextPiece ForgetOutcomes()
    {
        (string Device, long N) last = ("rest-", 0);
        return async cancellationToken =>
        {
            var outcomes = await leavings.OutcomesAsync(await floor.FoldableAsync(cancellationToken), last, _most, cancellationToken);
            if (outcomes.Count == 0)
            {
                return null;
            }

            last = outcomes[^1];
            return () => trimming.ForgetOutcomes(outcomes);
        };
    }
}
