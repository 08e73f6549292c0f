using System.Buffers.Binary;
using System.Collections.Concurrent;
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
    Masters masters, Round round, ForeignRound foreignRound, MasterLine line, RoundBook book, Reporter reporter, LanePace pace, IOptions<ReplicationOptions> options, IdSource ids, TimeProvider time,
    ILogger<Follower> logger) : Dialect, IHostedService, IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    // One round at a time with a master, whatever became of its loops meanwhile; by name, and kept.
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);

    // Written by Follow under the lock.
    private readonly ConcurrentDictionary<string, Following> _running = new(StringComparer.Ordinal);
    private readonly Lock _changing = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _ended = Task.CompletedTask;

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
        EndAll(_ => true);
        await _ended;
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
        _ = Require(name);
        var gate = GateOf(name);
        await gate.WaitAsync(cancellationToken);
        try
        {
            // It may have been left while another round ran.
            var master = Require(name);
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
        var gate = GateOf(name);
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
        _ = Require(name);
        var gate = GateOf(name);
        await gate.WaitAsync(cancellationToken);
        try
        {
            _ = Require(name);
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
        var gate = GateOf(name);
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

    private SemaphoreSlim GateOf(string name) => _gates.GetOrAdd(name, _ => new SemaphoreSlim(1, 1));

    private MasterState Require(string name) => masters.Find(name) ?? throw new InvalidOperationException($"This node follows no master {name}");

    private void PokeOthers(string name)
    {
        foreach (var (_, following) in _running.Where(running => running.Key != name))
        {
            following.Poke();
        }
    }

    /// <summary>Loops end with their link and begin with the next, also where a master is left and joined again before the schedule comes round.</summary>
    private void Follow()
    {
        using var held = _changing.EnterScope();
        EndAll(running => masters.Find(running.Key)?.Link != running.Value.Link);
        foreach (var master in masters.All.Where(master => options.Value.Enabled && !_running.ContainsKey(master.Name)))
        {
            var following = _running[master.Name] = new Following(master.Link, time, _stopping.Token);
            following.Task = master.IsForeign
                ? FollowAsync(master.Name, following)
                : Task.WhenAll(FollowAsync(master.Name, following), ListenAsync(master.Name, following), ReportAsync(master.Name, following));
        }
    }

    private void EndAll(Func<KeyValuePair<string, Following>, bool> which)
    {
        foreach (var (name, following) in _running.Where(which).ToArray())
        {
            _running.TryRemove(name, out _);
            _ended = Task.WhenAll(_ended, following.EndAsync());
        }
    }

    private async Task FollowAsync(string name, Following following)
    {
        var pause = FirstPause;
        try
        {
            while (masters.Find(name) is not null)
            {
                var report = await RunSafelyAsync(name, following.Ending);
                var isFine = report is { Errors.Count: 0 };
                pause = isFine ? FirstPause : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, options.Value.LongestPause.Ticks));
                following.IsReachable = report is not null && !report.Errors.ContainsKey("line");
                var wait = isFine && !round.IsUnsettled(name) ? Sooner(options.Value.Interval, pace.Next(name)) : Scatter(pause);
                following.NextAt = time.GetUtcNow() + wait;
                await following.WaitAsync(wait, isFine);
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops, or the master was left.
        }
    }

    private async Task<RoundReport?> RunSafelyAsync(string name, CancellationToken ending)
    {
        try
        {
            return await RunAsync(name, ending);
        }
        catch (Exception) when (ending.IsCancellationRequested)
        {
            // Nobody is left to tell.
            return null;
        }
        catch (Exception failure)
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
                await Task.Delay(Reporter.Soonest, time, following.Ending);
                await (following.IsReachable ? TellSafelyAsync(master, following.Ending) : Task.CompletedTask);
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops, or the master was left.
        }
    }

    private async Task TellSafelyAsync(MasterState master, CancellationToken ending)
    {
        try
        {
            await reporter.TellWaitingAsync(master, ending);
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
                    await Task.Delay(FirstPause, time, following.Ending);
                    continue;
                }

                try
                {
                    told = Math.Max(told, master.Known);
                    var head = await line.WaitAsync(master, told, following.Ending);
                    var isNews = head.Seq > told || head.Epoch != master.Epoch;
                    told = head.Seq;
                    if (isNews)
                    {
                        following.Poke();
                        await following.RoundAsync();
                    }
                }
                catch (MasterException)
                {
                    (following.IsReachable, told) = (false, 0);
                    following.Poke();
                    await Task.Delay(FirstPause, time, following.Ending);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops, or the master was left.
        }
    }

    // A lane that opens, or has room again, is not left until the schedule.
    private static TimeSpan Sooner(TimeSpan interval, TimeSpan? next) => next < interval ? next.Value : interval;

    // A whole chain that comes back at once does not come at one moment.
    private TimeSpan Scatter(TimeSpan pause)
    {
        // The end of an id is chance.
        Span<byte> id = stackalloc byte[16];
        _ = ids.Next().TryWriteBytes(id);
        return pause * (0.5 + (BinaryPrimitives.ReadUInt16LittleEndian(id[14..]) / 65536.0));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A round with {Master} broke off")]
    private partial void LogBroken(Exception failure, string master);
}
