using System.Collections.Concurrent;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Mutations.Branches;
using Branchline.Server.Store.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Replication;

/// <summary>What is below this node: open sockets, devices that follow, branches and what they reported.</summary>
internal sealed record Downstream(int Sockets, int Devices, IReadOnlyList<ReportedBranch> Branches);

/// <summary>Asks the stage that serves devices and branches what is below this node.</summary>
internal delegate Task<Downstream> DownstreamSource(CancellationToken cancellationToken);

/// <summary>
/// Tells each master how this node stands: after a round when something went wrong or right again, else every few seconds while there are rounds, and once a
/// minute in any case. A master that does not take reports, because it is older, is told none of the rest either and nothing is lost by it.
/// </summary>
internal sealed partial class Reporter(
    SqliteStore store, BusinessSchema schema, RoundBook book, MasterLine line, DataDirectory directory, DownstreamSource downstream,
    IOptions<ReplicationOptions> options, TimeProvider time, ILogger<Reporter> logger)
{
    /// <summary>How often a report that waits is looked for.</summary>
    public static readonly TimeSpan Soonest = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Latest = TimeSpan.FromMinutes(1);
    private const int MostRounds = 20;

    private readonly ConcurrentDictionary<string, Told> _told = new(StringComparer.Ordinal);

    /// <summary>How far this node's clock is ahead of a master's, as it was at the last report; null before.</summary>
    public TimeSpan? Skew(string master) => _told.GetValueOrDefault(master)?.Skew;

    /// <summary>A round ended. Nothing is told over a line that is gone.</summary>
    public async Task RoundAsync(MasterState master, RoundReport round, CancellationToken cancellationToken)
    {
        if (round.Errors.ContainsKey("line"))
        {
            return;
        }

        var mark = Mark(round);
        if (_told.TryGetValue(master.Name, out var told) && told.Mark == mark && time.GetElapsedTime(told.At) < Soonest)
        {
            _told[master.Name] = told with { Waits = true };
            return;
        }

        await TellAsync(master, mark, cancellationToken);
    }

    /// <summary>Tells what has waited long enough.</summary>
    public async Task TellWaitingAsync(MasterState master, CancellationToken cancellationToken)
    {
        if (_told.TryGetValue(master.Name, out var told) && time.GetElapsedTime(told.At) >= (told.Waits ? Soonest : Latest))
        {
            await TellAsync(master, told.Mark, cancellationToken);
        }
    }

    private async Task TellAsync(MasterState master, string mark, CancellationToken cancellationToken)
    {
        var before = _told.GetValueOrDefault(master.Name) ?? new Told(mark, 0, DateTimeOffset.MinValue);
        var report = await MakeAsync(master.Name, before.Upto, cancellationToken);
        try
        {
            var asked = time.GetTimestamp();
            var head = await line.ReportAsync(master, report, options.Value.Timeout, cancellationToken);

            // The master looked at its clock about half-way between question and answer.
            var skew = report.Time + (time.GetElapsedTime(asked) / 2) - head.Time;
            _told[master.Name] = new Told(mark, time.GetTimestamp(), report.Time) { Skew = skew };
        }
        catch (MasterException failure)
        {
            // The next round says whether the line is gone.
            _told[master.Name] = before with { Mark = mark, At = time.GetTimestamp(), Waits = false, Refused = failure.Message };
            if (before.Refused != failure.Message)
            {
                LogNotTaken(master.Name, failure.Message);
            }
        }
    }

    private async Task<BranchReport> MakeAsync(string master, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var below = await downstream(cancellationToken);
        var latest = book.Latest(master);
        return new BranchReport(store.Node, NodeVersion.Text, schema.Hash, time.GetUtcNow())
        {
            Host = Environment.MachineName,
            Lanes = await LanesAsync(master, cancellationToken),
            Errors = latest.Errors,
            Failures = latest.Failures,
            Rounds = [.. book.Rounds(master).TakeWhile(round => round.StartedAt + round.Took > since).Take(MostRounds).Select(Of)],
            Sockets = below.Sockets,
            Devices = below.Devices,
            DiskFree = DiskSpace.Of(directory.Path)?.Free,
            Branches = ReportBounds.Cut(store.Node, below.Branches),
        };
    }

    private async Task<IReadOnlyList<ReportedLane>> LanesAsync(string master, CancellationToken cancellationToken)
    {
        var status = (await book.ReadAsync(cancellationToken)).FirstOrDefault(status => status.Name == master);
        return status is null ? [] : [.. Lanes.InOrder.Select(lane => Of(lane, status.Pending.GetValueOrDefault(lane), status.Paused.Contains(lane)))];
    }

    private static ReportedLane Of(string lane, UpCount count, bool isPaused) => new(lane, count.Waiting, count.Held, isPaused)
    {
        Oldest = count.Oldest is { } oldest ? DateTimeOffset.FromUnixTimeMilliseconds(oldest) : null,
    };

    private static ReportedRound Of(RoundReport round) => new(
        round.Id, round.StartedAt, round.Took.TotalMilliseconds, round.Applied + round.Merged + round.Refused, round.Refused, round.Changes + round.Rows, round.Repaired)
    {
        Error = round.Errors.Count == 0 ? null : string.Join("; ", round.Errors.Select(error => $"{error.Key}: {error.Value}")),
    };

    // What a person should know at once.
    private static string Mark(RoundReport round) => string.Join('\n', round.Errors.Select(error => $"{error.Key}: {error.Value}"));

    [LoggerMessage(Level = LogLevel.Information, Message = "{Master} has not taken the report of how this node stands: {Reason}")]
    private partial void LogNotTaken(string master, string reason);

    private sealed record Told(string Mark, long At, DateTimeOffset Upto)
    {
        /// <summary>Whether there were rounds since: something came in, or waits in a lane that is paused.</summary>
        public bool Waits { get; init; }

        public TimeSpan? Skew { get; init; }

        public string? Refused { get; init; }
    }
}
