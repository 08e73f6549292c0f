using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Branchline.Server.Access;
using Branchline.Server.Gateway.Apps;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Sockets;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Gateway.Fallback;

/// <summary>The requests of pusher-js where WebSockets do not get through, under whatever <c>httpPath</c> it has.</summary>
internal sealed class FallbackEndpoints(
    HttpSessions sessions, AppRegistry apps, Origins origins, IOptions<SocketOptions> options, TimeProvider time)
{
    /// <summary>Where pusher-js drops a stream and opens the next, in UTF-16 units: what came after it would be lost, so nothing does.</summary>
    private const int FullStream = 256 * 1024;

    /// <summary>How much larger a message may be inside its request: every quote in it takes a backslash.</summary>
    private const int EscapedSize = 2;

    private static readonly TimeSpan NextStreamWithin = TimeSpan.FromSeconds(5);

    private static readonly Endpoint Endpoint = new(
        context => context.RequestServices.GetRequiredService<FallbackEndpoints>().ServeAsync(context),
        new EndpointMetadataCollection(new AllowAnonymousAttribute(), new Unguarded()),
        "Pusher fallback");

    /// <summary>Gives the fallback's requests their endpoint; not a route, because any path may stand before <c>/app/</c>.</summary>
    public static void Claim(IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.GetEndpoint() is null && FallbackAddress.Of(context.Request.Path) is not null)
        {
            context.SetEndpoint(Endpoint);
        }

        return next(context);
    });

    private async Task ServeAsync(HttpContext context)
    {
        var address = FallbackAddress.Of(context.Request.Path)!;
        context.Response.Headers.AccessControlAllowOrigin = "*";
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            Preflight(context.Response);
        }
        else if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = "POST, OPTIONS";
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        }
        else if (context.Features.Get<SignedIn>() is { Credential: Credential.Cookie } && origins.IsForeign(context.Request))
        {
            await CookieGuard.ForeignPage.ExecuteAsync(context);
        }
        else if (address.Step == FallbackStep.Send)
        {
            await TakeAsync(context, address);
        }
        else
        {
            await ReceiveAsync(context, address);
        }
    }

    private static void Preflight(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status204NoContent;
        response.Headers.AccessControlAllowMethods = "POST";
        response.Headers.AccessControlAllowHeaders = "content-type, authorization";
        response.Headers.AccessControlMaxAge = "86400";
    }

    private async Task ReceiveAsync(HttpContext context, FallbackAddress address)
    {
        var response = context.Response;
        response.ContentType = "text/plain; charset=utf-8";
        response.Headers.CacheControl = "no-store, no-transform";
        response.Headers["X-Accel-Buffering"] = "no";
        var (session, refusal) = apps.TryFindByKey(address.Key, out var app)
            ? sessions.Enter(context, address, app)
            : (null, CloseCodes.UnknownApp);
        if (session is null)
        {
            await response.WriteAsync(HttpSession.Refusal(refusal), context.RequestAborted);
            return;
        }

        await DeliverAsync(context, session.Wire, address.Step == FallbackStep.Poll);
    }

    private async Task DeliverAsync(HttpContext context, HttpSession wire, bool isPoll)
    {
        var receiver = wire.Enter(context.Abort);
        try
        {
            await context.Response.Body.FlushAsync(context.RequestAborted);
            for (var written = 0; written <= FullStream;)
            {
                if (wire.Take(receiver) is not { } delivery)
                {
                    await receiver.News.WaitAsync(context.RequestAborted);
                    continue;
                }

                await context.Response.WriteAsync(delivery.Frames, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                written += delivery.Frames.Length;
                if (delivery.IsGoodbye)
                {
                    wire.Go();
                }

                if (delivery.IsLast || isPoll)
                {
                    return;
                }
            }

            await receiver.Replaced.WaitAsync(NextStreamWithin, time, context.RequestAborted);
        }
        catch (Exception over) when (over is OperationCanceledException or TimeoutException)
        {
            // The client went, or did not open the next stream.
        }
        finally
        {
            wire.Leave(receiver);
        }
    }

    private async Task TakeAsync(HttpContext context, FallbackAddress address)
    {
        context.Response.ContentLength = 0;
        if (sessions.Find(context, address) is not { } session)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var most = options.Value.MaxMessage;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = (long)most * EscapedSize;
        }

        session.Wire.Hear();
        await session.Wire.Receiving.WaitAsync(context.RequestAborted);
        try
        {
            context.Response.StatusCode = await ReadAsync(context, session, most);
        }
        finally
        {
            session.Wire.Receiving.Release();
        }
    }

    /// <summary>Hands on what the client says: a list of texts, empty when it only says that it is there.</summary>
    private static async ValueTask<int> ReadAsync(HttpContext context, OpenSession session, int most)
    {
        try
        {
            var texts = await JsonSerializer.DeserializeAsync(context.Request.Body, FallbackJson.Default.StringArray, context.RequestAborted);
            foreach (var text in texts ?? [])
            {
                var message = Encoding.UTF8.GetBytes(text ?? "");
                if (message.Length > most)
                {
                    session.Wire.Close(CloseCodes.TooBig);
                    return StatusCodes.Status413PayloadTooLarge;
                }

                if (!session.Wire.IsClosing)
                {
                    await session.Connection.ReceiveAsync(message, context.RequestAborted);
                }
            }

            return StatusCodes.Status204NoContent;
        }
        catch (JsonException)
        {
            return StatusCodes.Status400BadRequest;
        }
        catch (BadHttpRequestException tooLarge) when (tooLarge.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            session.Wire.Close(CloseCodes.TooBig);
            return StatusCodes.Status413PayloadTooLarge;
        }
    }

    /// <summary>Who may not use the cookie is told so in the handler.</summary>
    private sealed class Unguarded : IAntiforgeryMetadata
    {
        public bool RequiresValidation => false;
    }
}

[JsonSerializable(typeof(string[]))]
internal sealed partial class FallbackJson : JsonSerializerContext;

/// <summary>Wires <see cref="FallbackEndpoints"/>.</summary>
internal static class FallbackStage
{
    extension(WebApplication app)
    {
        public void UsePusherFallback() => FallbackEndpoints.Claim(app);
    }
}
