using Branchline.Server.Store.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Branchline.Server.Access;

/// <summary>Looks twice a second for changes by another process, and once a minute puts sessions in order.</summary>
internal sealed partial class SessionKeeper(Sessions sessions, TimeProvider time, ILogger<SessionKeeper> logger) : BackgroundService
{
    private const int LooksPerSweep = 120;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Try(sessions.Sweep);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, time);
        for (var look = 1; await Tick(timer, stoppingToken); look++)
        {
            Try(RefreshIfStale);
            if (look % LooksPerSweep == 0)
            {
                Try(sessions.Sweep);
            }
        }
    }

    private static async ValueTask<bool> Tick(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void RefreshIfStale()
    {
        if (sessions.IsStale)
        {
            sessions.Refresh();
        }
    }

    // A full disk must not end the loop; the next look tries again.
    private void Try(Action step)
    {
        try
        {
            step();
        }
        catch (SqliteFailure failure)
        {
            LogFailed(failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Users and sessions could not be read or written")]
    private partial void LogFailed(Exception failure);
}
