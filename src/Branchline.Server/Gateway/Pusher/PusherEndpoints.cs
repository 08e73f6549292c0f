using Branchline.Server.Gateway.Apps;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Sockets;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Server.Gateway.Pusher;

/// <summary>Sockets at <c>/app/KEY</c>, also under a prefix, and the endpoints that sign for channels and people.</summary>
internal static class PusherEndpoints
{
    private const string AppSegment = "/app/";
    private const string WebSocketVersion = "13";

    private static readonly Endpoint Socket = new(
        ConnectAsync, new EndpointMetadataCollection(new AllowAnonymousAttribute()), "Pusher socket");

    extension(WebApplication app)
    {
        /// <summary>
        /// Clients that bring nothing to know them by are served before everything else: a crowd that comes back at once is mostly those, and what
        /// they may hear is decided channel by channel.
        /// </summary>
        public void UseAnonymousPusherSockets()
        {
            var sockets = app.Services.GetRequiredService<PusherSockets>();
            var apps = app.Services.GetRequiredService<AppRegistry>();
            app.Use((context, next) =>
                IsAnonymous(context.Request) && context.WebSockets.IsWebSocketRequest && FindApp(context, apps) is { } found
                    ? sockets.ServeAsync(context, found)
                    : next(context));
        }

        /// <summary>
        /// A WebSocket that no route takes is a Pusher client, if a lost one. Not a route of its own: one for every path
        /// would take the answer "method not allowed" from all others.
        /// </summary>
        public void UsePusherSockets() => app.Use((context, next) =>
        {
            if (context.GetEndpoint() is null && IsOfAnotherVersion(context.Request))
            {
                context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
                context.Response.Headers.SecWebSocketVersion = WebSocketVersion;
                return Task.CompletedTask;
            }

            if (context.WebSockets.IsWebSocketRequest && context.GetEndpoint() is null)
            {
                context.SetEndpoint(Socket);
            }

            return next(context);
        });

        public void MapPusher()
        {
            foreach (var (path, sign) in new (string, Delegate)[]
            {
                ("/broadcasting/auth", ChannelAuth.SignAsync), ("/pusher/auth", ChannelAuth.SignAsync),
                ("/broadcasting/user-auth", UserAuth.SignAsync), ("/pusher/user-auth", UserAuth.SignAsync),
            })
            {
                app.MapPost(path, sign).ExcludeFromDescription().AllowAnonymous().DisableAntiforgery();
            }
        }
    }

    private static bool IsAnonymous(HttpRequest request) =>
        request.Path.Value!.Contains(AppSegment, StringComparison.Ordinal)
        && request.Headers.Cookie.Count == 0
        && request.Headers.Authorization.Count == 0
        && !request.QueryString.Value!.Contains("token=", StringComparison.Ordinal);

    /// <summary>A handshake that has to be told which version is spoken (RFC 6455, section 4.4).</summary>
    private static bool IsOfAnotherVersion(HttpRequest request) =>
        string.Equals(request.Headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase)
        && request.Headers.SecWebSocketVersion is { Count: > 0 } version
        && version != WebSocketVersion;

    private static Task ConnectAsync(HttpContext context)
    {
        var sockets = context.RequestServices.GetRequiredService<PusherSockets>();
        return FindApp(context, context.RequestServices.GetRequiredService<AppRegistry>()) is { } app
            ? sockets.ServeAsync(context, app)
            : sockets.RefuseAsync(context, KeyIn(context.Request).Length == 0 ? CloseCodes.UnknownPath : CloseCodes.UnknownApp);
    }

    private static RealtimeApp? FindApp(HttpContext context, AppRegistry apps) =>
        KeyIn(context.Request) is { Length: > 0 } key && apps.TryFindByKey(key, out var app) ? app : null;

    /// <summary>What stands behind the last <c>/app/</c>; empty when that is no key.</summary>
    private static string KeyIn(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        var at = path.LastIndexOf(AppSegment, StringComparison.Ordinal);
        var key = at < 0 ? "" : path[(at + AppSegment.Length)..].TrimEnd('/');
        return key.Contains('/', StringComparison.Ordinal) ? "" : key;
    }
}
