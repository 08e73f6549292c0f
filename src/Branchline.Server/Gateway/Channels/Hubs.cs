using System.Collections.Concurrent;
using Branchline.Server.Fanout;
using Branchline.Server.Gateway.Apps;
using Branchline.Server.Gateway.Missed;
using Branchline.Server.Gateway.Realtime;
using Microsoft.Extensions.Hosting;

namespace Branchline.Server.Gateway.Channels;

/// <summary>The hub of every app; follows what administrators do to apps.</summary>
internal sealed class Hubs : BackgroundService
{
    private static readonly TimeSpan TidyEvery = TimeSpan.FromSeconds(1);

    // Written under the gate, so that no hub is made of an app that was just removed.
    private readonly ConcurrentDictionary<string, Hub> _byId = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    // Of removed apps, until their last connection is gone and nothing is kept.
    private readonly ConcurrentDictionary<Hub, byte> _leaving = new();
    private readonly AppRegistry _apps;
    private readonly Happenings _happenings;
    private readonly Tails _tails;
    private readonly MissedTotal _missed;
    private readonly TimeProvider _time;

    public Hubs(AppRegistry apps, Happenings happenings, Tails tails, MissedTotal missed, FeedWindow feed, TimeProvider time)
    {
        (_apps, _happenings, _tails, _missed, _time) = (apps, happenings, tails, missed, time);
        Own = _byId[apps.Default.Id] = new Hub(apps.Default, happenings, tails, _missed, time) { Feed = feed };
        apps.Changed += Follow;
    }

    /// <summary>Of the business's own app, the only one whose channels carry table events.</summary>
    public Hub Own { get; }

    public IEnumerable<Hub> All => _byId.Values;

    /// <summary>The hub of an app that somebody used since the start.</summary>
    public Hub? Find(string appId) => _byId.GetValueOrDefault(appId);

    /// <summary>Clients connected to all apps together.</summary>
    public int Count => _byId.Values.Sum(hub => hub.Peers.Count);

    /// <summary>The hub of an app, made when it has none; null when the app was removed meanwhile.</summary>
    public Hub? Of(RealtimeApp app)
    {
        if (_byId.TryGetValue(app.Id, out var known))
        {
            return known;
        }

        lock (_gate)
        {
            return _byId.TryGetValue(app.Id, out known) ? known
                : _apps.TryFindById(app.Id, out var current) ? _byId[app.Id] = new Hub(current, _happenings, _tails, _missed, _time)
                : null;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TidyEvery, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Tidy();
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private void Tidy()
    {
        _missed.Tidy();
        foreach (var hub in All)
        {
            hub.Tidy();
        }

        foreach (var (hub, _) in _leaving)
        {
            hub.Tidy();
            if (hub.Peers.Count == 0 && !hub.Channels.Any())
            {
                _leaving.TryRemove(hub, out _);
            }
        }
    }

    private void Follow(AppChange change)
    {
        lock (_gate)
        {
            if (change.After is { } app)
            {
                if (_byId.TryGetValue(app.Id, out var hub))
                {
                    hub.App = app;
                    hub.SendAwayIfClosed();
                }
            }
            else if (change.Before is { } gone && _byId.TryRemove(gone.Id, out var removed))
            {
                _leaving[removed] = 0;
                removed.IsRemoved = true;
                removed.SendAwayIfClosed();
            }
        }
    }
}
