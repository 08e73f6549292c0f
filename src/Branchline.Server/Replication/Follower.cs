using System.Collections.Concurrent;
using System.Threading.Channels;
using Branchline.Server.Fanout;
using Branchline.Server.Feed;
using Branchline.Server.Mutations;
using Branchline.Server.Replication.MasterSlave;
using Branchline.Server.Replication.Pace;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Replication;

/// <summary>
/// Keeps this node equal with its masters: a round when either side has news, on the schedule otherwise, and after failures with ever longer pauses. One
/// task for each master.
/// </summary>
internal sealed partial class Follower(
    Masters masters, Round round, ForeignRound foreignRound, MasterLine line, RoundBook book, Reporter reporter, LanePace pace, IOptions<ReplicationOptions> options, TimeProvider time,
    ILogger<Follower> logger) : Dialect, IHostedService, IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Following> _running = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();

    public Task StartAsync(CancellationToken cancellationToken)
    {
        masters.Changed += Follow;
        Follow();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        masters.Changed -= Follow;
        await _stopping.CancelAsync();
        await Task.WhenAll(_running.Values.Select(following => following.Task));
    }

    public void Dispose() => _stopping.Dispose();

    /// <summary>Something was committed here: the masters are told. What came from one of them makes a round, too, that finds nothing.</summary>
    public override void Announce(CommittedBatch batch, Broadcaster broadcaster)
    {
        foreach (var following in _running.Values)
        {
            following.Poke();
        }
    }

    /// <summary>Runs a round now, after the one that runs, and answers its report. Throws <see cref="InvalidOperationException"/> for a name that is none.</summary>
    public Task<RoundReport> RunAsync(string name, CancellationToken cancellationToken) => RunAsync(name, isForced: false, cancellationToken);

    /// <summary>The same; a forced one waits for nothing that settings ask for, and goes without a backup that cannot be made.</summary>
    public async Task<RoundReport> RunAsync(string name, bool isForced, CancellationToken cancellationToken)
    {
        var master = masters.Find(name) ?? throw new InvalidOperationException($"This node follows no master {name}");
        var gate = _running.GetOrAdd(name, _ => new Following()).Gate;
        await gate.WaitAsync(cancellationToken);
        try
        {
            var report = await (master.IsForeign ? foreignRound.RunAsync(name, cancellationToken) : round.RunAsync(name, isForced, cancellationToken));
            book.Add(report);
            if (!report.IsQuiet)
            {
                // What one master judged the others may be told.
                PokeOthers(name);
            }

            if (masters.Find(name) is { IsForeign: false } told)
            {
                await reporter.RoundAsync(told, report, cancellationToken);
            }

            return report;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Changes what is kept of a master, between two rounds: a round writes what it kept when it began.</summary>
    public async Task ChangeAsync(string name, Func<MasterState, MasterState> change, CancellationToken cancellationToken)
    {
        var gate = _running.GetOrAdd(name, _ => new Following()).Gate;
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (masters.Find(name) is { } master)
            {
                await masters.SaveAsync(change(master), cancellationToken);
            }
        }
        finally
        {
            gate.Release();
        }

        _running.GetValueOrDefault(name)?.Poke();
    }

    /// <summary>Does something between two rounds with a master. Throws <see cref="InvalidOperationException"/> for a name that is none.</summary>
    public async Task<T> BetweenRoundsAsync<T>(string name, Func<Task<T>> act, CancellationToken cancellationToken)
    {
        _ = masters.Find(name) ?? throw new InvalidOperationException($"This node follows no master {name}");
        var gate = _running.GetOrAdd(name, _ => new Following()).Gate;
        await gate.WaitAsync(cancellationToken);
        try
        {
            return await act();
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Follows the master no longer. What came from it stays; what waited for it is given up.</summary>
    public async Task LeaveAsync(string name, CancellationToken cancellationToken)
    {
        var gate = _running.GetOrAdd(name, _ => new Following()).Gate;
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (masters.Find(name) is { } master)
            {
                await masters.RemoveAsync(master, cancellationToken);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    private void PokeOthers(string name)
    {
        foreach (var (_, following) in _running.Where(running => running.Key != name))
        {
            following.Poke();
        }
    }

    private void Follow()
    {
        foreach (var master in masters.All)
        {
            var following = _running.GetOrAdd(master.Name, _ => new Following());
            if (options.Value.Enabled && following.Begins())
            {
                following.Task = master.IsForeign
                    ? FollowAsync(master.Name, following)
                    : Task.WhenAll(FollowAsync(master.Name, following), ListenAsync(master.Name, following), ReportAsync(master.Name, following));
            }
        }
    }

    private async Task FollowAsync(string name, Following following)
    {
        var pause = FirstPause;
        try
        {
            while (masters.Find(name) is not null)
            {
                var report = await RunSafelyAsync(name);
                var isFine = report is { Errors.Count: 0 };
                pause = isFine ? FirstPause : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, options.Value.LongestPause.Ticks));
                following.IsReachable = report is not null && !report.Errors.ContainsKey("line");
                var wait = isFine && !round.IsUnsettled(name) ? Sooner(options.Value.Interval, pace.Next(name)) : Scatter(pause);
                following.NextAt = time.GetUtcNow() + wait;
                await following.WaitAsync(wait, isFine, time, _stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
        finally
        {
            _running.TryRemove(name, out _);
        }
    }

    private async Task<RoundReport?> RunSafelyAsync(string name)
    {
        try
        {
            return await RunAsync(name, _stopping.Token);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !_stopping.IsCancellationRequested)
        {
            // A disk that is full, or a mistake of ours: told, and tried again later.
            LogBroken(failure, name);
            book.Failed(name, failure.Message, time.GetUtcNow());
            return null;
        }
    }

    /// <summary>When the next round runs if nothing happens before; null while none will by itself.</summary>
    public DateTimeOffset? NextAt(string name) => _running.GetValueOrDefault(name)?.NextAt;

    /// <summary>Between rounds, and where there are none for a while, the master is told how this node stands.</summary>
    private async Task ReportAsync(string name, Following following)
    {
        try
        {
            while (masters.Find(name) is { } master)
            {
                await Task.Delay(Reporter.Soonest, time, _stopping.Token);
                await (following.IsReachable ? TellSafelyAsync(master) : Task.CompletedTask);
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    private async Task TellSafelyAsync(MasterState master)
    {
        try
        {
            await reporter.TellWaitingAsync(master, _stopping.Token);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogBroken(failure, master.Name);
        }
    }

    /// <summary>Asks the master for news, and is answered when there are some.</summary>
    private async Task ListenAsync(string name, Following following)
    {
        // Up to where news were told of; what a paused lane leaves unread is none.
        var told = 0L;
        try
        {
            while (masters.Find(name) is { } master)
            {
                if (!following.IsReachable)
                {
                    await Task.Delay(FirstPause, time, _stopping.Token);
                    continue;
                }

                try
                {
                    told = Math.Max(told, master.Known);
                    var head = await line.WaitAsync(master, told, _stopping.Token);
                    var isNews = head.Seq > told || head.Epoch != master.Epoch;
                    told = head.Seq;
                    if (isNews)
                    {
                        following.Poke();
                        await following.RoundAsync(_stopping.Token);
                    }
                }
                catch (MasterException)
                {
                    (following.IsReachable, told) = (false, 0);
                    following.Poke();
                    await Task.Delay(FirstPause, time, _stopping.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    // A lane that opens, or has room again, is not left until the schedule.
    private static TimeSpan Sooner(TimeSpan interval, TimeSpan? next) => next < interval ? next.Value : interval;

    // A whole chain that comes back at once does not come at one moment.
    private static TimeSpan Scatter(TimeSpan pause) => pause * (0.5 + System.Security.Cryptography.RandomNumberGenerator.GetInt32(1000) / 1000.0);

    [LoggerMessage(Level = LogLevel.Error, Message = "A round with {Master} broke off")]
    private partial void LogBroken(Exception failure, string master);

    /// <summary>One master's loop: what pokes it, and that one round runs at a time.</summary>
    private sealed class Following
    {
        // One poke stands for all until it is taken.
        private readonly Channel<bool> _poked = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        private TaskCompletionSource _round = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private int _hasBegun;
        private long _nextAt;

        public SemaphoreSlim Gate { get; } = new(1, 1);

        public Task Task { get; set; } = Task.CompletedTask;

        public bool IsReachable { get; set; }

        /// <summary>Written by its loop, read by whoever watches.</summary>
        public DateTimeOffset? NextAt
        {
            get => Interlocked.Read(ref _nextAt) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
            set => Interlocked.Exchange(ref _nextAt, value?.UtcTicks ?? 0);
        }

        /// <summary>True for the first who asks.</summary>
        public bool Begins() => Interlocked.Exchange(ref _hasBegun, 1) == 0;

        public void Poke() => _poked.Writer.TryWrite(true);

        /// <summary>Until it is poked or the time is over; after a failure the pause is kept whatever happens here.</summary>
        public async Task WaitAsync(TimeSpan longest, bool isFine, TimeProvider time, CancellationToken cancellationToken)
        {
            Interlocked.Exchange(ref _round, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
            if (!isFine)
            {
                await Task.Delay(longest, time, cancellationToken);
                return;
            }

            using var over = new CancellationTokenSource(longest, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
            try
            {
                await _poked.Reader.ReadAsync(either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // The schedule.
            }
        }

        /// <summary>Until the round that was poked has run.</summary>
        public Task RoundAsync(CancellationToken cancellationToken) => Volatile.Read(ref _round).Task.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken)
            .ContinueWith(_ => { }, cancellationToken, TaskContinuationOptions.None, TaskScheduler.Default);
    }
}
