using Branchline.Server.Fanout;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Gateway.Webhooks;

/// <summary>The one loop between what happens in channels and the endpoints that want to hear of it.</summary>
internal sealed class WebhookDispatcher(
    Happenings happenings, WebhookEndpoints endpoints, IOptions<WebhookOptions> options, TimeProvider time) : BackgroundService
{
    private readonly Settling _settling = new(options.Value, endpoints.Offer);
    private readonly long _started = time.GetTimestamp();

    private TimeSpan Now => time.GetElapsedTime(_started);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        endpoints.Open();
        return base.StartAsync(cancellationToken);
    }

    /// <summary>What came last is still told. What is held is not: everybody left because the node stops, and will come back.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Settle();
        await endpoints.CloseAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Settle();
            await WaitAsync(stoppingToken);
        }
    }

    private void Settle()
    {
        while (happenings.TryTake(out var posted))
        {
            _settling.Take(posted, Now);
        }

        _settling.Release(Now);
    }

    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        var pause = _settling.NextDue is { } due ? due - Now : Timeout.InfiniteTimeSpan;
        if (pause <= TimeSpan.Zero && pause != Timeout.InfiniteTimeSpan)
        {
            return;
        }

        using var isDue = new CancellationTokenSource(pause, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(isDue.Token, stoppingToken);
        try
        {
            await happenings.WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // Something held is due, or the node stops.
        }
    }
}
