using System.Diagnostics;
using Branchline.Protocol;
using Branchline.Server.Feed;
using Branchline.Server.Feed.Checksums;
using Branchline.Server.Feed.Events;
using Branchline.Server.Store.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Branchline.Server.Mutations;

/// <summary>
/// The database's one writer, on a thread of its own. Takes everything queued, commits once, then publishes and answers:
/// <code>
///   take a job ─► begin ─► run it ─► another till's job waits, and the commit is young? ─► run it …
///        ▲                                                                                    │
///        └──────────────── answer ◄── publish ◄── commit ◄───────────────────────────────────┘
/// </code>
/// A failing commit fails every job in it: nothing of them was applied, and each device sends again.
/// </summary>
internal sealed partial class CommitLoop(
    WriteQueue queue, SqliteStore store, WriteSession session, JobRunner runner, OutcomeBook book,
    ChangeFeed feed, EventHistory history, ScopeSums sums, NodeClock clock, CommitMeter meter, TimeProvider time, ILogger<CommitLoop> logger) : IHostedService, IDisposable
{
    private const int MostWrites = 1000;
    private static readonly TimeSpan MostTime = TimeSpan.FromMilliseconds(5);
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<(WriteJob Job, PushAnswer Answer)> _answers = [];
    private Thread? _thread;

    // Whether the last commit failed. Written by the loop, read by the probe.
    private volatile bool _isUnavailable;

    /// <summary>Whether the node takes writes: after a failed commit, by trying one of a usual size that changes no row.</summary>
    public async ValueTask<bool> ProbeAsync(CancellationToken cancellationToken)
    {
        if (!_isUnavailable)
        {
            return true;
        }

        var probe = new WriteJob([], Writer.Node, ApplyOptions.Default) { IsProbe = true };
        await queue.AddAsync(probe, cancellationToken);
        try
        {
            await probe.Answer.Task.WaitAsync(cancellationToken);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Open();
        _thread = new Thread(Run) { IsBackground = true, Name = "commit" };
        _thread.Start();
        return Task.CompletedTask;
    }

    /// <summary>Goes on where the database ends. The simulation does without the thread.</summary>
    internal void Open()
    {
        runner.Seq = store.Head;
        clock.ContinueAfter(store.Clock);
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping.Cancel();
        _thread?.Join();
        return Task.CompletedTask;
    }

    public void Dispose() => _stopping.Dispose();

    private void Run()
    {
        try
        {
            while (true)
            {
                Commit(queue.Take(_stopping.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops; jobs still queued were never acknowledged.
        }
    }

    /// <summary>One commit of a job and what else waits.</summary>
    internal void Commit(WriteJob first)
    {
        var committed = runner.Seq;
        WriteJob? job = first;
        IReadOnlyList<TableEvent> caused;
        IReadOnlyDictionary<string, TableSums> summed;
        try
        {
            session.Begin();
            if (first.IsProbe)
            {
                session.TakeRoom();
            }

            first.Upkeep?.Invoke();
            var started = time.GetTimestamp();
            var count = 0;
            do
            {
                _answers.Add((job, runner.Run(job, TimestampConverter.Format(time.GetUtcNow()))));
                count += job.Mutations.Sum(mutation => mutation.Writes.Count);
            }
            while (!first.IsAlone && count < MostWrites && time.GetElapsedTime(started) < MostTime && queue.TryTakeTill(out job));

            caused = EventWriter.Write(runner.Changes);
            history.Append(session, caused);
            summed = sums.Add(runner.Changes);
            book.Flush();
            session.Commit(runner.Seq, clock.Latest);
            book.Committed();
            sums.Commit();
            Measure(first, time.GetElapsedTime(started));
            _isUnavailable = false;
        }
        catch (Exception exception)
        {
            Fail(exception, committed, job);
            return;
        }

        if (runner.Changes.Count > 0)
        {
            feed.Publish(new CommittedBatch(committed, runner.Seq, [.. runner.Changes], caused) { Sums = summed });
        }

        Answer();
    }

    // Upkeep is no work that anybody waits for: it would only blur the figures of those who do.
    private void Measure(WriteJob first, TimeSpan took)
    {
        if (first.Upkeep is null)
        {
            meter.Succeeded(took, _answers.Sum(answer => answer.Job.Mutations.Count));
        }
    }

    private void Answer()
    {
        foreach (var (job, answer) in _answers)
        {
            job.Answer.TrySetResult(answer);
        }

        _answers.Clear();
        runner.Changes.Clear();
    }

    /// <summary>Nothing of this commit exists: numbers go back, and every caller is told to try again.</summary>
    private void Fail(Exception exception, long committed, WriteJob? running)
    {
        _isUnavailable = true;
        meter.Failed();
        LogCommitFailed(exception, _answers.Count + 1);
        session.Rollback();
        book.RolledBack();
        sums.RollBack();
        runner.RolledBack(committed);
        var failure = new StoreUnavailableException("The node cannot write at the moment; nothing was applied", exception);
        running?.Answer.TrySetException(failure);
        foreach (var (job, _) in _answers)
        {
            job.Answer.TrySetException(failure);
        }

        _answers.Clear();
        runner.Changes.Clear();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A commit of {Jobs} jobs failed; none of them was applied")]
    private partial void LogCommitFailed(Exception exception, int jobs);
}
