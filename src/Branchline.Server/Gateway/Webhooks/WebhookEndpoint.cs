using Branchline.Server.Fanout;
using Branchline.Server.Gateway.Apps;
using Microsoft.Extensions.Logging;

namespace Branchline.Server.Gateway.Webhooks;

/// <summary>
/// One address of one app, and the loop that tells it in order what waits for it. A call it does not take is made again with
/// growing pauses until its events are too old; nothing overtakes it, and no other endpoint waits for it.
/// </summary>
internal sealed partial class WebhookEndpoint : IDisposable
{
    private const int MostDoublings = 20;

    private readonly WebhookCall _call;
    private readonly WebhookOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<WebhookEndpoint> _logger;
    private readonly WebhookQueue _queue;
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationTokenSource _ending = new();

    private volatile AppWebhook _webhook;   // replaced by the dispatcher
    private volatile WebhookState _state;   // replaced by the loop only
    private long _lost;
    private DateTimeOffset _failingSince;
    private TimeSpan _notBefore;
    private int _turn;

    public WebhookEndpoint(
        string appId, AppWebhook webhook, WebhookCall call, WebhookOptions options, TimeProvider time, ILogger<WebhookEndpoint> logger)
    {
        _webhook = webhook;
        _call = call;
        _options = options;
        _time = time;
        _logger = logger;
        _queue = new WebhookQueue(options, time);
        _state = new WebhookState(appId, webhook.Url);
    }

    public WebhookState State => _state with { Waiting = _queue.Count, Lost = Interlocked.Read(ref _lost) };

    private string Url => new Uri(_webhook.Url).GetLeftPart(UriPartial.Path);

    /// <summary>Filters and headers as they are set from here on.</summary>
    public void Use(AppWebhook webhook) => _webhook = webhook;

    /// <summary>Takes what the endpoint wants to hear; what finds no room is lost and counted.</summary>
    public void Offer(ChannelHappening happening)
    {
        var webhook = _webhook;
        var isWanted = (webhook.Events.Count == 0 || webhook.Events.Contains(WebhookBody.NameOf(happening)))
            && (webhook.ChannelPrefix is not { } prefix || happening.Channel.StartsWith(prefix, StringComparison.Ordinal));
        if (isWanted && !_queue.TryAdd(happening))
        {
            Interlocked.Increment(ref _lost);
        }
    }

    /// <summary>Tells what waits once more, without pauses, and ends.</summary>
    public void Close()
    {
        _queue.Close();
        _closing.Cancel();
    }

    /// <summary>Ends at once.</summary>
    public void End()
    {
        Close();
        _ending.Cancel();
    }

    public async Task RunAsync()
    {
        try
        {
            while (await _queue.WaitAsync(_ending.Token))
            {
                await TellAsync(await _queue.TakeAsync(_closing.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // Ended at once.
        }
    }

    public void Dispose()
    {
        _closing.Dispose();
        _ending.Dispose();
    }

    private async Task TellAsync(List<WaitingEvent> batch)
    {
        try
        {
            await DeliverAsync(batch);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Our mistake with these events must not keep the endpoint from hearing the next.
            Interlocked.Add(ref _lost, batch.Count);
            LogFailed(Url, failure);
        }
    }

    private async Task DeliverAsync(List<WaitingEvent> batch)
    {
        byte[]? body = null;
        while (true)
        {
            await PauseAsync();
            if (DropOld(batch) > 0)
            {
                body = null;
            }

            if (batch.Count == 0)
            {
                return;
            }

            body ??= WebhookBody.Encode(batch.Select(waiting => waiting.Happening), _time.GetUtcNow());
            var answer = await _call.PostAsync(_state.AppId, _webhook, body, _turn, _ending.Token);
            if (answer.IsTaken)
            {
                Succeed(batch.Count);
                return;
            }

            Fail(answer.Reason);
            if (_closing.IsCancellationRequested)
            {
                Interlocked.Add(ref _lost, batch.Count);
                return;
            }
        }
    }

    private async Task PauseAsync()
    {
        var pause = _notBefore - _queue.Now;
        if (pause > TimeSpan.Zero)
        {
            await Task.Delay(pause, _time, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _ending.Token.ThrowIfCancellationRequested();
    }

    // Only where it fails: what waited long behind a slow call is still told.
    private int DropOld(List<WaitingEvent> batch)
    {
        var oldest = _queue.Now - _options.RetryFor;
        var dropped = _state.Failures == 0 ? 0 : batch.RemoveAll(waiting => waiting.Since < oldest);
        Interlocked.Add(ref _lost, dropped);
        return dropped;
    }

    private void Succeed(int count)
    {
        if (_state.DeadSince is { } since)
        {
            LogAlive(Url, since, Interlocked.Read(ref _lost));
        }

        _notBefore = TimeSpan.Zero;
        _state = _state with
        {
            Delivered = _state.Delivered + count,
            LastSuccess = _time.GetUtcNow(),
            Failures = 0,
            DeadSince = null,
        };
    }

    private void Fail(string reason)
    {
        var now = _time.GetUtcNow();
        var failures = _state.Failures + 1;
        _failingSince = failures == 1 ? now : _failingSince;
        var isDead = failures >= _options.FailuresUntilDead;
        if (isDead && _state.DeadSince is null)
        {
            LogDead(Url, failures, reason);
        }

        // It may not know a rotated secret yet; then the one before is its turn.
        _turn++;
        var pause = _options.FirstPause * Math.Pow(2, Math.Min(failures - 1, MostDoublings));
        _notBefore = _queue.Now + (pause < _options.LongestPause ? pause : _options.LongestPause);
        _state = _state with
        {
            LastFailure = now,
            LastReason = reason,
            Failures = failures,
            DeadSince = isDead ? _failingSince : null,
        };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The webhook {Url} took none of {Failures} calls and is called dead; it is tried on. {Reason}")]
    private partial void LogDead(string url, int failures, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The webhook {Url} is back, dead since {Since:u}; {Lost} of its events are lost since the node started")]
    private partial void LogAlive(string url, DateTimeOffset since, long lost);

    [LoggerMessage(Level = LogLevel.Error, Message = "Events for the webhook {Url} could not be told")]
    private partial void LogFailed(string url, Exception failure);
}
