using System.Text.Json.Serialization;
using Branchline.Server.Access;
using Branchline.Server.Access.Control;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Server.Gateway.Webhooks;

/// <summary>Wires the telling of backends, and how it goes at <c>/api/realtime/webhooks</c>.</summary>
internal static class WebhooksStage
{
    extension(WebApplicationBuilder builder)
    {
        public void AddWebhooks()
        {
            var services = builder.Services;
            services.AddOptions<WebhookOptions>().BindConfiguration(WebhookOptions.Section).ValidateDataAnnotations().ValidateOnStart();
            services.AddSingleton<WebhookCall>();
            services.AddSingleton<WebhookEndpoints>();
            services.AddHostedService<WebhookDispatcher>();
        }
    }

    extension(IEndpointRouteBuilder routes)
    {
        public void MapWebhooks() => routes.MapGet("/api/realtime/webhooks", List).WithTags("Realtime").AllowControl()
            .RequireAuthorization(new AuthorizeAttribute { Roles = Roles.Admin });
    }

    private static JsonHttpResult<IReadOnlyList<WebhookState>> List(WebhookEndpoints endpoints, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(endpoints.States, WebhookJson.Default.IReadOnlyListWebhookState);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<WebhookState>))]
internal sealed partial class WebhookJson : JsonSerializerContext;
