using System.Collections.Concurrent;
using Branchline.Server.Mutations.Branches;
using Microsoft.Extensions.Logging;

namespace Branchline.Server.Replication.MasterSlave;

/// <summary>
/// One attempt to be equal with a master that knows upload, download and acknowledge only: what changed here goes up, lane after lane, and then what
/// changed there comes down.
/// </summary>
internal sealed partial class ForeignRound(
    Masters masters, UpBook up, ForeignUpward upward, ForeignDownward downward, IdSource ids, TimeProvider time, ILogger<ForeignRound> logger)
{
    private static readonly TimeSpan HeldEvery = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, long> _heldTriedAt = new(StringComparer.Ordinal);

    public async Task<RoundReport> RunAsync(string name, CancellationToken cancellationToken)
    {
        var report = new RoundReport(ids.Next().ToString("N")[20..], name, time.GetUtcNow());
        var started = time.GetTimestamp();
        try
        {
            await ReopenHeldAsync(name, cancellationToken);
            foreach (var lane in Lanes.InOrder)
            {
                while (masters.Find(name) is { } master && !master.Paused.Contains(lane) && await upward.PushAsync(master, lane, report, cancellationToken))
                {
                    // Until nothing waits.
                }
            }

            if (masters.Find(name) is not null)
            {
                await downward.PullAsync(name, report, cancellationToken);
            }
        }
        catch (MasterException failure)
        {
            report.Errors["line"] = failure.Message;
        }

        report.Took = time.GetElapsedTime(started);
        Log(report);
        return report;
    }

    // What the master refused it may take by now.
    private async Task ReopenHeldAsync(string name, CancellationToken cancellationToken)
    {
        if ((_heldTriedAt.TryGetValue(name, out var tried) && time.GetElapsedTime(tried) < HeldEvery) || masters.Find(name) is not { } master)
        {
            return;
        }

        _heldTriedAt[name] = time.GetTimestamp();
        await masters.TakeOverAsync(new ReplicatedBatch(name, []) { Before = () => up.ReopenHeld(name) }, master, cancellationToken);
    }

    private void Log(RoundReport report)
    {
        if (report.Errors.Count > 0)
        {
            LogFailed(report.Id, report.Master, string.Join("; ", report.Errors.Select(error => $"{error.Key}: {error.Value}")));
        }
        else if (!report.IsQuiet)
        {
            LogDone(report.Id, report.Master, report.Merged, report.Refused, report.Changes, report.Took.TotalMilliseconds);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Round {Round} with {Master}: {Up} records up, {Refused} refused, {Down} down, {Milliseconds:0} ms")]
    private partial void LogDone(string round, string master, int up, int refused, int down, double milliseconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Round {Round} with {Master} failed: {Errors}")]
    private partial void LogFailed(string round, string master, string errors);
}
