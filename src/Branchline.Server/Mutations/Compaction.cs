using Branchline.Server.Feed;
using Branchline.Server.Feed.Compaction;
using Branchline.Server.Store.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Mutations;

/// <summary>
/// Keeps the log from growing for ever. A round works out piece after piece on a reading connection and hands each to the writer as a commit of its own:
/// <code>
///   mark the head ─► fold what is old ─► purge old tombstones ─► forget old events ─► forget outcomes nobody can ask for
/// </code>
/// Each piece is whole by itself: cut off anywhere, the next round goes on from there.
/// </summary>
internal sealed partial class Compaction(
    Upkeep upkeep, KeptLog log, IOptions<FeedOptions> options, TimeProvider time, ILogger<Compaction> logger) : BackgroundService
{
    // Not while the node starts and every till comes back.
    private static readonly TimeSpan FirstAfter = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _round = new(1);

    /// <summary>One round; returns when nothing old is left.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _round.WaitAsync(cancellationToken);
        try
        {
            foreach (var next in log.Round())
            {
                while (await next(cancellationToken) is { } piece)
                {
                    await upkeep.WriteAsync(piece, cancellationToken);
                    await Task.Delay(options.Value.Pause, time, cancellationToken);
                }
            }
        }
        finally
        {
            _round.Release();
        }
    }

    public override void Dispose()
    {
        _round.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            for (var pause = FirstAfter; ; pause = options.Value.Interval)
            {
                await Task.Delay(pause, time, stoppingToken);
                await TryAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private async Task TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is StoreUnavailableException or SqliteFailure)
        {
            LogBrokenOff(failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A round of compaction broke off; the next one goes on from there")]
    private partial void LogBrokenOff(Exception failure);
}
