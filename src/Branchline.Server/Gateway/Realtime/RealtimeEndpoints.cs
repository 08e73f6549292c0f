using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Access.Control;
using Branchline.Server.Gateway.Apps;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Sockets;
using Branchline.Server.Gateway.Webhooks;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Branchline.Server.Gateway.Realtime;

/// <summary>What administrators and the command line see of connections, channels and events, at <c>/api/realtime</c>.</summary>
internal static class RealtimeEndpoints
{
    private const int UsualPage = 100;
    private const int MostPage = 1000;

    extension(IEndpointRouteBuilder routes)
    {
        public void MapRealtime()
        {
            var seen = routes.MapGroup("/api/realtime").WithTags("Realtime").AllowControl()
                .RequireAuthorization(new AuthorizeAttribute { Roles = Roles.Admin });
            seen.MapGet("/overview", Overview);
            seen.MapGet("/channels", Channels);
            seen.MapGet("/channels/{name}", OneChannel);
            seen.MapGet("/tail", TailStream.ServeAsync);
            seen.MapPost("/publish", Publish);
            routes.MapGet("/api/realtime/client", Client).WithTags("Realtime");
        }
    }

    private static IResult Overview(AppRegistry apps, Hubs hubs, WebhookEndpoints webhooks, LiveSockets sockets, Tails tails, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var states = webhooks.States.ToLookup(state => state.AppId, StringComparer.Ordinal);
        return Results.Json(
            new OverviewReply([.. apps.All.Select(app => Of(app, hubs, [.. states[app.Id]]))], sockets.Count, tails.Count),
            RealtimeJson.Default.OverviewReply);
    }

    private static AppTraffic Of(RealtimeApp app, Hubs hubs, IReadOnlyList<WebhookState> webhooks)
    {
        var seen = new AppTraffic(app.Id, app.Key, app.Name, app.Id == hubs.Own.App.Id, app.Enabled)
        {
            MaxConnections = app.Limits.MaxConnections,
            Webhooks = webhooks,
        };
        if (hubs.Find(app.Id) is not { } hub)
        {
            return seen;
        }

        var now = hub.Rates.Now;
        return seen with
        {
            Connections = hub.Peers.Count,
            Channels = hub.Channels.Count(channel => channel.Count > 0),
            Members = hub.Channels.Where(channel => channel.Name.IsPresence)
                .SelectMany(channel => channel.Read().Members).DistinctBy(member => member.Id, StringComparer.Ordinal).Count(),
            Published = hub.Traffic.Published,
            Delivered = hub.Traffic.Delivered,
            Dropped = hub.Traffic.Dropped,
            PublishedPerSecond = now.Published,
            DeliveredPerSecond = now.Delivered,
            Samples = hub.Rates.Samples,
        };
    }

    private static IResult Channels(HttpContext context, AppRegistry apps, Hubs hubs)
    {
        var query = context.Request.Query;
        if (FindApp(query["app"], apps, out var app) is { } missing)
        {
            return missing;
        }

        if (!TryReadLimit(query["limit"], out var limit))
        {
            return Problems.ForField(ErrorCodes.ParameterInvalid, "limit", $"A page holds 1 to {MostPage} channels.");
        }

        context.Response.Headers.CacheControl = "no-store";
        var page = ChannelList.Read(hubs.Find(app.Id), new ChannelQuery(query["prefix"], query["search"], query["after"], limit));
        return Results.Json(page, RealtimeJson.Default.ChannelsReply);
    }

    private static IResult OneChannel(string name, HttpContext context, AppRegistry apps, Hubs hubs)
    {
        if (FindApp(context.Request.Query["app"], apps, out var app) is { } missing)
        {
            return missing;
        }

        context.Response.Headers.CacheControl = "no-store";
        return hubs.Find(app.Id)?.Find(name) is { } channel
            ? Results.Json(ChannelList.Of(channel.Read()), RealtimeJson.Default.ChannelReply)
            : Problems.For(ErrorCodes.NotFound, $"Nobody is in a channel \"{name}\", and it keeps nothing.");
    }

    private static IResult Publish(TestEvent wish, AppRegistry apps, Hubs hubs) =>
        FindApp(wish.App, apps, out var app) is { } missing ? missing
        : hubs.Of(app) is not { } hub ? Missing(wish.App)
        : TestEvents.Say(hub, wish) is var (subscriptions, objection) && objection is not null ? objection
        : Results.Json(new TestEventReply(subscriptions), RealtimeJson.Default.TestEventReply);

    private static IResult Client(Hubs hubs, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(new ClientReply(hubs.Own.App.Key), RealtimeJson.Default.ClientReply);
    }

    /// <summary>Without a name it is the business's own.</summary>
    private static Problem? FindApp(string? id, AppRegistry apps, out RealtimeApp app)
    {
        app = apps.Default;
        return string.IsNullOrEmpty(id) || apps.TryFindById(id, out app!)
            ? null
            : Missing(id);
    }

    private static Problem Missing(string? id) =>
        Problems.For(ErrorCodes.AppMissing, $"There is no realtime app \"{id}\".", "GET /api/realtime/apps lists them.");

    private static bool TryReadLimit(string? text, out int limit)
    {
        limit = UsualPage;
        return string.IsNullOrEmpty(text) || (int.TryParse(text, out limit) && limit is >= 1 and <= MostPage);
    }
}
