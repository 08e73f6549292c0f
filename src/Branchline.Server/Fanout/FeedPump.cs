using Branchline.Server.Feed;
using Microsoft.Extensions.Hosting;

namespace Branchline.Server.Fanout;

/// <summary>The one loop that carries commits from the feed to every wire, in order.</summary>
internal sealed class FeedPump(ChangeFeed feed, IEnumerable<Dialect> dialects, Broadcaster broadcaster, Delivered delivered) : BackgroundService
{
    private readonly Dialect[] _dialects = [.. dialects];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var batch in feed.Batches.ReadAllAsync(stoppingToken))
            {
                foreach (var dialect in _dialects)
                {
                    dialect.Announce(batch, broadcaster);
                }

                delivered.Advance(batch.LastSeq);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops; readers catch up from their cursors.
        }
    }
}
