using System.Diagnostics.Metrics;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Missed;
using Branchline.Server.Gateway.Sockets;
using Branchline.Server.Gateway.Webhooks;

namespace Branchline.Server.Gateway.Realtime;

/// <summary>Connections, channels, events and webhooks as figures. All but the publish time are read when somebody asks, and cost nothing before.</summary>
internal sealed class RealtimeMeter
{
    private readonly Histogram<double> _publish;

    public RealtimeMeter(IMeterFactory meters, Hubs hubs, LiveSockets sockets, MissedTotal missed, WebhookEndpoints webhooks)
    {
        var meter = meters.Create(NodeMeter.Name);
        _publish = meter.CreateHistogram<double>(
            "branchline.realtime.publish.duration", "s", "From a backend's whole request to its answer: a few subscribers have the event by then.");
        meter.CreateObservableGauge("branchline.sockets", () => sockets.Count, "{socket}", "Open WebSockets of every kind.");
        meter.CreateObservableGauge("branchline.missed.bytes", () => missed.Bytes, "By", "What is remembered for clients who come back.");
        meter.CreateObservableCounter("branchline.missed.forgotten", () => missed.Forgotten, "{channel}", "Channels whose memory was forgotten to keep within the bound.");
        meter.CreateObservableCounter("branchline.missed.reads", () => missed.Reads, "{read}", "Readings of the feed for clients who come back; many who come at once share one.");
        CreateOfApps(meter, hubs);
        CreateOfWebhooks(meter, webhooks);
    }

    /// <summary>Whether anybody wants to know how long a publish takes.</summary>
    public bool IsTimed => _publish.Enabled;

    public void Published(TimeSpan took) => _publish.Record(took.TotalSeconds);

    private static void CreateOfApps(Meter meter, Hubs hubs)
    {
        IEnumerable<Measurement<long>> Read(Func<Hub, long> figure) =>
            hubs.All.Select(hub => new Measurement<long>(figure(hub), new KeyValuePair<string, object?>("app", hub.App.Id)));

        meter.CreateObservableGauge(
            "branchline.realtime.connections", () => Read(hub => hub.Peers.Count), "{connection}", "Clients of the Pusher protocol.");
        meter.CreateObservableGauge(
            "branchline.realtime.channels", () => Read(hub => hub.Channels.Count()), "{channel}", "Channels that somebody is in, or that keep something.");
        meter.CreateObservableCounter(
            "branchline.realtime.messages", () => Read(hub => hub.Traffic.Published), "{event}", "Events that came in.");
        meter.CreateObservableCounter(
            "branchline.realtime.deliveries", () => Read(hub => hub.Traffic.Delivered), "{event}", "Events that went out, one for each subscriber.");
        meter.CreateObservableCounter(
            "branchline.realtime.drops", () => Read(hub => hub.Traffic.Dropped), "{connection}", "Connections sent away because they read too slowly.");
    }

    private static void CreateOfWebhooks(Meter meter, WebhookEndpoints webhooks)
    {
        IEnumerable<Measurement<long>> Read(Func<WebhookState, long> figure) =>
            webhooks.States.GroupBy(state => state.AppId, StringComparer.Ordinal)
                .Select(app => new Measurement<long>(app.Sum(figure), new KeyValuePair<string, object?>("app", app.Key)));

        meter.CreateObservableCounter(
            "branchline.webhook.events.delivered", () => Read(state => state.Delivered), "{event}", "Events that endpoints took.");
        meter.CreateObservableCounter(
            "branchline.webhook.events.lost", () => Read(state => state.Lost), "{event}", "Events given up, or without room to wait.");
        meter.CreateObservableGauge(
            "branchline.webhook.queue.length", () => Read(state => state.Waiting), "{event}", "Events that wait for their endpoint.");
        meter.CreateObservableGauge(
            "branchline.webhook.endpoints.dead", () => Read(state => state.DeadSince is null ? 0 : 1), "{endpoint}", "Endpoints that take no calls.");
    }
}
