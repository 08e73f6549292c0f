using Microsoft.Extensions.Hosting;

namespace Branchline.Server.Feed.ReadyFiles;

/// <summary>Takes ready files away when their time is over. Made at start, and with it the shelf, whose folder begins empty.</summary>
internal sealed class ReadyFileSweep(ReadyFileShelf shelf, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Every, time, stoppingToken);
                shelf.Sweep();
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }
}
