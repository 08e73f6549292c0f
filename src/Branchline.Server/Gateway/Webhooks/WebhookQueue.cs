using System.Threading.Channels;
using Branchline.Server.Fanout;

namespace Branchline.Server.Gateway.Webhooks;

/// <summary>An event on its way to an endpoint, and since when; the time is that of the queue.</summary>
internal readonly record struct WaitingEvent(ChannelHappening Happening, TimeSpan Since);

/// <summary>What waits for one endpoint, bounded by number and bytes. Filled by the dispatcher, emptied by the endpoint's loop.</summary>
internal sealed class WebhookQueue(WebhookOptions options, TimeProvider time)
{
    // A call as large as this is sent without waiting for more.
    private const long MostBytesInCall = 512 * 1024;

    private readonly Channel<WaitingEvent> _events =
        Channel.CreateBounded<WaitingEvent>(new BoundedChannelOptions(options.QueueCapacity) { SingleReader = true });

    private readonly long _started = time.GetTimestamp();
    private long _bytes;

    public TimeSpan Now => time.GetElapsedTime(_started);

    public int Count => _events.Reader.Count;

    /// <summary>False when there is no room. Never waits.</summary>
    public bool TryAdd(ChannelHappening happening)
    {
        var bytes = BytesOf(happening);
        if (Interlocked.Add(ref _bytes, bytes) <= options.QueueBytes && _events.Writer.TryWrite(new WaitingEvent(happening, Now)))
        {
            return true;
        }

        Interlocked.Add(ref _bytes, -bytes);
        return false;
    }

    /// <summary>False when it was closed and nothing is left.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _events.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>What waits, as much as one call takes; gives others a moment to come along unless it is in a hurry.</summary>
    public async Task<List<WaitingEvent>> TakeAsync(CancellationToken hurry)
    {
        if (Count < options.BatchSize)
        {
            // Never throws: nothing is lost by being in a hurry.
            await Task.Delay(options.BatchTime, time, hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var batch = new List<WaitingEvent>();
        long bytes = 0;
        while (batch.Count < options.BatchSize && bytes < MostBytesInCall && _events.Reader.TryRead(out var next))
        {
            batch.Add(next);
            bytes += BytesOf(next.Happening);
        }

        Interlocked.Add(ref _bytes, -bytes);
        return batch;
    }

    public void Close() => _events.Writer.TryComplete();

    private static long BytesOf(ChannelHappening happening) => happening is ChannelHappening.ClientEvent sent ? sent.Data.Length : 0;
}
