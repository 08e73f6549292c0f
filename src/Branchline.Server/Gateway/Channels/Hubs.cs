using System.Collections.Concurrent;
using Branchline.Server.Fanout;
using Branchline.Server.Gateway.Apps;
using Branchline.Server.Gateway.Missed;
using Branchline.Server.Gateway.Realtime;
using Branchline.Server.Gateway.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Gateway.Channels;

/// <summary>The hub of every app; follows what administrators do to apps.</summary>
internal sealed class Hubs : BackgroundService
{
    private static readonly TimeSpan TidyEvery = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Hub> _byId = new(StringComparer.Ordinal);
    private readonly AppRegistry _apps;
    private readonly Happenings _happenings;
    private readonly Tails _tails;
    private readonly MissedOptions _missed;
    private readonly TimeProvider _time;

    public Hubs(AppRegistry apps, Happenings happenings, Tails tails, IOptions<MissedOptions> missed, FeedWindow feed, TimeProvider time)
    {
        (_apps, _happenings, _tails, _missed, _time) = (apps, happenings, tails, missed.Value, time);
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

    public Hub Of(RealtimeApp app) =>
        _byId.GetOrAdd(app.Id, static (_, made) => new Hub(made.app, made.hubs._happenings, made.hubs._tails, made.hubs._missed, made.hubs._time), (app, hubs: this));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TidyEvery, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var hub in All)
                {
                    hub.Tidy();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private void Follow(AppChange change)
    {
        if (change.After is { } app)
        {
            if (_byId.TryGetValue(app.Id, out var hub))
            {
                hub.App = app;
            }
        }
        else if (change.Before is { } gone && _byId.TryRemove(gone.Id, out var removed))
        {
            Close(removed, CloseCodes.UnknownApp);
        }

        if (change.After is { Enabled: false } disabled && _byId.TryGetValue(disabled.Id, out var silenced))
        {
            Close(silenced, CloseCodes.AppDisabled);
        }
    }

    private static void Close(Hub hub, CloseReason reason)
    {
        foreach (var peer in hub.Peers.All)
        {
            peer.Wire.Close(reason);
        }
    }
}
