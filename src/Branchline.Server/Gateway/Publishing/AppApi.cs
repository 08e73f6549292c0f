// Before routing and everything else that publishing has no use for (measured by the fan-out benchmark).
using System.Buffers;
using Branchline.Server.Gateway.Apps;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Realtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Gateway.Publishing;

/// <summary>The HTTP API of Pusher backends at <c>/apps/ID/...</c>, also under a prefix: reads a request, checks its signature, hands it on.</summary>
internal sealed class AppApi(
    AppRegistry apps, Hubs hubs, EventRates rates, RealtimeMeter meter, IOptions<PublishingOptions> options, TimeProvider time)
{
    private readonly RequestSignature _signature = new(options.Value, time);
    private readonly AppCalls _calls = new(rates);

    public async Task ServeAsync(HttpContext context, AppRequest request)
    {
        var answer = HttpMethods.IsOptions(request.Method) ? Preflight(context) : await AnswerAsync(context, request);
        await answer.SendAsync(context);
    }

    private static AppAnswer Preflight(HttpContext context)
    {
        context.Response.Headers.AccessControlAllowMethods = "GET, POST";
        context.Response.Headers.AccessControlAllowHeaders = "content-type";
        return AppAnswer.Done;
    }

    private async ValueTask<AppAnswer> AnswerAsync(HttpContext context, AppRequest request)
    {
        if (!apps.TryFindById(request.AppId, out var app))
        {
            return Missing(request);
        }

        var input = context.Request.BodyReader;
        while (true)
        {
            var read = await input.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > options.Value.MaxRequest)
            {
                input.AdvanceTo(read.Buffer.End);
                return AppAnswer.TooLarge($"A request is at most {options.Value.MaxRequest} bytes");
            }

            if (!read.IsCompleted)
            {
                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            // Mostly one piece of Kestrel's own memory, which stands until it is given back.
            var body = read.Buffer.IsSingleSegment ? read.Buffer.First : read.Buffer.ToArray();
            var started = meter.IsTimed ? time.GetTimestamp() : 0;
            var answer = Answer(app, request, body);
            if (started != 0 && HttpMethods.IsPost(request.Method))
            {
                meter.Published(time.GetElapsedTime(started));
            }

            input.AdvanceTo(read.Buffer.End);
            return answer;
        }
    }

    private static AppAnswer Missing(AppRequest request) => AppAnswer.Refused(StatusCodes.Status404NotFound, $"There is no app '{request.AppId}'");

    private AppAnswer Answer(RealtimeApp app, AppRequest request, ReadOnlyMemory<byte> body) =>
        _signature.FindObjection(app, request, body.Span) is { } objection
            ? AppAnswer.Refused(StatusCodes.Status401Unauthorized, objection)
            : !app.Enabled
                ? AppAnswer.Refused(StatusCodes.Status403Forbidden, "The app is disabled")
                : hubs.Of(app) is { } hub ? _calls.Answer(hub, request, body) : Missing(request);
}

/// <summary>Wires the part.</summary>
internal static class PublishingStage
{
    extension(WebApplicationBuilder builder)
    {
        public void AddPublishing()
        {
            builder.Services.AddOptions<PublishingOptions>().BindConfiguration(PublishingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
            builder.Services.AddSingleton<EventRates>();
            builder.Services.AddSingleton<AppApi>();
        }
    }

    extension(WebApplication app)
    {
        public void UseAppApi()
        {
            var api = app.Services.GetRequiredService<AppApi>();
            app.Use((context, next) => AppRequest.From(context) is { } request ? api.ServeAsync(context, request) : next(context));
        }
    }
}
