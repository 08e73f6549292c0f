using Branchline.Server.Fanout;
using Branchline.Server.Feed;

namespace Branchline.Server.Gateway.Branches;

/// <summary>
/// When changes were committed since the node was started, to a second while they are young and more roughly as they grow old: a log entry does not say,
/// because its stamp is the writer's, who may have been offline. Any thread.
/// </summary>
internal sealed class CommitTimes(FeedMarks marks, TimeProvider time) : Dialect
{
    private const int Most = 4096;
    private static readonly TimeSpan Finest = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly (long Seq, DateTimeOffset At) _start = (marks.Head, time.GetUtcNow());

    // Up to which change was committed by when; under the gate.
    private readonly List<(long Seq, DateTimeOffset At)> _commits = [];

    public override void Announce(CommittedBatch batch, Broadcaster broadcaster)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            // The first of a second stands for all of it.
            if (_commits is [.., var last] && now - last.At < Finest)
            {
                _commits[^1] = (batch.LastSeq, last.At);
                return;
            }

            _commits.Add((batch.LastSeq, now));
            if (_commits.Count > Most)
            {
                var place = 0;
                _commits.RemoveAll(_ => place++ % 2 == 0);
            }
        }
    }

    /// <summary>When the change was there at the latest. What is older than the node's start is told as that.</summary>
    public DateTimeOffset Of(long seq)
    {
        if (seq <= _start.Seq)
        {
            return _start.At;
        }

        lock (_gate)
        {
            var found = _commits.FindIndex(commit => commit.Seq >= seq);
            return found < 0 ? time.GetUtcNow() : _commits[found].At;
        }
    }
}
