using System.Globalization;
using Branchline.Server.Gateway.Apps;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Server.Gateway.Pusher;

/// <summary>Sockets at <c>/app/KEY</c>, also under a prefix, and the endpoints that sign for private channels.</summary>
internal static class PusherEndpoints
{
    private const int OldestVersion = 5;
    private const int NewestVersion = 7;
    private const string AppSegment = "/app/";

    private static readonly Endpoint Socket = new(
        ConnectAsync, new EndpointMetadataCollection(new AllowAnonymousAttribute()), "Pusher socket");

    extension(WebApplication app)
    {
        /// <summary>
        /// A WebSocket that no route takes is a Pusher client, if a lost one. Not a route of its own: one for every path
        /// would take the answer "method not allowed" from all others.
        /// </summary>
        public void UsePusherSockets() => app.Use((context, next) =>
        {
            if (context.WebSockets.IsWebSocketRequest && context.GetEndpoint() is null)
            {
                context.SetEndpoint(Socket);
            }

            return next(context);
        });

        public void MapPusher()
        {
            app.MapPost("/broadcasting/auth", ChannelAuth.SignAsync).ExcludeFromDescription().AllowAnonymous().DisableAntiforgery();
            app.MapPost("/pusher/auth", ChannelAuth.SignAsync).ExcludeFromDescription().AllowAnonymous().DisableAntiforgery();
        }
    }

    private static Task ConnectAsync(HttpContext context)
    {
        var sockets = context.RequestServices.GetRequiredService<PusherSockets>();
        return FindObjection(context, sockets) is { } objection
            ? sockets.RefuseAsync(context, objection)
            : sockets.ServeAsync(context);
    }

    private static CloseReason? FindObjection(HttpContext context, PusherSockets sockets)
    {
        var path = context.Request.Path.Value ?? "";
        var at = path.LastIndexOf(AppSegment, StringComparison.Ordinal);
        var key = at < 0 ? "" : path[(at + AppSegment.Length)..].TrimEnd('/');
        if (key.Length == 0 || key.Contains('/', StringComparison.Ordinal))
        {
            return CloseCodes.UnknownPath;
        }

        if (key != context.RequestServices.GetRequiredService<AppRegistry>().Default.Key)
        {
            return CloseCodes.UnknownApp;
        }

        var version = context.Request.Query["protocol"].ToString();
        if (version.Length == 0)
        {
            return CloseCodes.NoVersion;
        }

        return int.TryParse(version, CultureInfo.InvariantCulture, out var number) && number is >= OldestVersion and <= NewestVersion
            ? sockets.Full
            : CloseCodes.UnsupportedVersion;
    }
}
