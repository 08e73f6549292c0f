using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;

namespace Branchline.Server.Gateway.Realtime;

/// <summary>A tail as server-sent events: one line of JSON each, a comment where it is silent. Ends with the session, and when the node stops.</summary>
internal static class TailStream
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    public static async Task<IResult> ServeAsync(HttpContext context, Tails tails, IHostApplicationLifetime lifetime, TimeProvider time)
    {
        var query = context.Request.Query;
        if (tails.TryOpen(new TailFilter(Text(query["app"]), Text(query["channel"]), Text(query["event"]))) is not { } tail)
        {
            return Problems.For(ErrorCodes.TooManyAttempts, $"{Tails.Most} already look on.", "Close one of them first.");
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, lifetime.ApplicationStopping, context.Session()?.Ended ?? CancellationToken.None);
        try
        {
            Begin(context.Response);
            await CarryAsync(tail, context.Response, time, ended.Token);
        }
        catch (OperationCanceledException)
        {
            // Whoever looked on went, or may not look any longer, or the node stops.
        }
        finally
        {
            tails.Close(tail);
        }

        return Results.Empty;
    }

    private static void Begin(HttpResponse response)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";

        // Proxies that gather answers would keep the lines.
        response.Headers["X-Accel-Buffering"] = "no";
        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    private static async Task CarryAsync(Tail tail, HttpResponse response, TimeProvider time, CancellationToken cancellationToken)
    {
        await WriteAsync(response, ": open\n\n"u8.ToArray(), cancellationToken);
        var more = tail.WaitAsync(cancellationToken).AsTask();
        while (true)
        {
            if (await Task.WhenAny(more, Task.Delay(Silence, time, cancellationToken)) != more)
            {
                await WriteAsync(response, ": still here\n\n"u8.ToArray(), cancellationToken);
                continue;
            }

            await more;
            while (tail.Take() is { } line)
            {
                await response.Body.WriteAsync("data: "u8.ToArray(), cancellationToken);
                await response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(line, TailJson.Default.TailLine), cancellationToken);
                await response.Body.WriteAsync("\n\n"u8.ToArray(), cancellationToken);
            }

            await response.Body.FlushAsync(cancellationToken);
            more = tail.WaitAsync(cancellationToken).AsTask();
        }
    }

    private static async Task WriteAsync(HttpResponse response, byte[] text, CancellationToken cancellationToken)
    {
        await response.Body.WriteAsync(text, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}
