using Branchline.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Server.Gateway.Plain;

/// <summary>The socket of words and rows, and the same as server-sent events.</summary>
internal static class PlainEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapPlain()
        {
            routes.MapGet("/ws", (RequestDelegate)ConnectAsync).ExcludeFromDescription().AllowAnonymous();
            routes.MapGet("/events", StreamAsync).ExcludeFromDescription().AllowAnonymous();
        }
    }

    private static Task StreamAsync(HttpContext context, EventStreams streams, TimeProvider time) => streams.ServeAsync(context, time);

    private static Task ConnectAsync(HttpContext context) => context.WebSockets.IsWebSocketRequest
        ? context.RequestServices.GetRequiredService<PlainSockets>().ServeAsync(context)
        : Problems.For(ErrorCodes.ParameterInvalid, "This address is a WebSocket.", "Connect with ws:// or wss://.").ExecuteAsync(context);
}
