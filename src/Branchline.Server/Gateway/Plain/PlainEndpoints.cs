using Branchline.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Server.Gateway.Plain;

/// <summary>The socket of words.</summary>
internal static class PlainEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapPlain() => routes.MapGet("/ws", (RequestDelegate)ConnectAsync).ExcludeFromDescription().AllowAnonymous();
    }

    private static Task ConnectAsync(HttpContext context) => context.WebSockets.IsWebSocketRequest
        ? context.RequestServices.GetRequiredService<PlainSockets>().ServeAsync(context)
        : Problems.For(ErrorCodes.ParameterInvalid, "This address is a WebSocket.", "Connect with ws:// or wss://.").ExecuteAsync(context);
}
