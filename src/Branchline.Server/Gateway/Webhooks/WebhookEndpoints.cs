using System.Collections.Frozen;
using Branchline.Server.Fanout;
using Branchline.Server.Gateway.Apps;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Gateway.Webhooks;

/// <summary>Every endpoint and the loop of each. They come and go with the settings of their apps.</summary>
internal sealed class WebhookEndpoints(
    AppRegistry apps, Happenings happenings, WebhookCall call, IOptions<WebhookOptions> options, TimeProvider time, ILogger<WebhookEndpoint> logger)
{
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly List<Running> _retired = [];

    // Replaced as a whole under the gate; read by the dispatcher and by whoever watches.
    private volatile FrozenDictionary<string, Running[]> _byApp = FrozenDictionary<string, Running[]>.Empty;
    private bool _isClosed;

    private sealed record Running(string AppId, string Url, WebhookEndpoint Endpoint, Task Loop);

    /// <summary>How it goes with every endpoint.</summary>
    public IReadOnlyList<WebhookState> States =>
    [
        .. _byApp.Values.SelectMany(running => running).Select(running => running.Endpoint.State)
            .OrderBy(state => state.AppId, StringComparer.Ordinal).ThenBy(state => state.Url, StringComparer.Ordinal),
    ];

    /// <summary>Starts with the apps there are, and follows what becomes of them.</summary>
    public void Open()
    {
        apps.Changed += _ => Adopt();
        Adopt();
    }

    public void Offer(Happenings.Posted posted)
    {
        foreach (var running in _byApp.GetValueOrDefault(posted.AppId, []))
        {
            running.Endpoint.Offer(posted.Happening);
        }
    }

    /// <summary>Lets every endpoint hear what waits for it, once more and for a short time only.</summary>
    public async Task CloseAsync()
    {
        Running[] all;
        lock (_gate)
        {
            _isClosed = true;
            all = [.. _byApp.Values.SelectMany(running => running), .. _retired];
        }

        foreach (var running in all)
        {
            running.Endpoint.Close();
        }

        var loops = Task.WhenAll(all.Select(running => running.Loop));
        await Task.WhenAny(loops, Task.Delay(Goodbye, time, CancellationToken.None));
        foreach (var running in all)
        {
            running.Endpoint.End();
        }

        await loops;
        foreach (var running in all)
        {
            running.Endpoint.Dispose();
        }
    }

    // Raised under the registry's lock, so one change after the other.
    private void Adopt()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            var before = _byApp.Values.SelectMany(running => running).ToDictionary(running => (running.AppId, running.Url));
            _byApp = apps.All.Where(app => app.Webhooks.Count > 0).ToFrozenDictionary(
                app => app.Id, app => app.Webhooks.Select(webhook => Take(app.Id, webhook, before)).ToArray(), StringComparer.Ordinal);
            Retire(before.Values);
            happenings.Hear(_byApp.Keys.ToFrozenSet(StringComparer.Ordinal));
        }
    }

    private Running Take(string appId, AppWebhook webhook, Dictionary<(string AppId, string Url), Running> before)
    {
        if (before.Remove((appId, webhook.Url), out var known))
        {
            known.Endpoint.Use(webhook);
            return known;
        }

        var endpoint = new WebhookEndpoint(appId, webhook, call, options.Value, time, logger);
        return new Running(appId, webhook.Url, endpoint, Task.Run(endpoint.RunAsync, CancellationToken.None));
    }

    private void Retire(IEnumerable<Running> gone)
    {
        _retired.RemoveAll(running => running.Loop.IsCompleted);
        foreach (var running in gone)
        {
            running.Endpoint.End();
            _retired.Add(running);
        }
    }
}
