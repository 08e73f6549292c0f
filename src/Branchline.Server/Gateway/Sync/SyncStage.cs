using Branchline.Server.Fanout;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Server.Gateway.Sync;

/// <summary>The sync protocol's addresses, for Branchline's own SDKs. See docs/reference/protocol.md.</summary>
internal static class SyncStage
{
    extension(WebApplicationBuilder builder)
    {
        public void AddSync()
        {
            builder.Services.AddSingleton<DeviceBook>();
            builder.Services.AddSingleton<LiveConnections>();
            builder.Services.AddSingleton<WordSender>();
            builder.Services.AddHostedService(provider => provider.GetRequiredService<WordSender>());
        }
    }

    extension(IEndpointRouteBuilder routes)
    {
        public void MapSync()
        {
            routes.MapCount();
            var group = routes.MapGroup("/sync").WithTags("Sync");
            group.MapPost("/push", PushEndpoint.PushAsync);
            group.MapPost("/pull", PullEndpoint.PullAsync);
            group.MapPost("/compare", CompareEndpoint.CompareAsync);
            group.MapGet("/snapshot", SnapshotEndpoint.ReadAsync);
            group.MapGet("/database", DatabaseEndpoint.ReadAsync);
            group.MapGet("/schema", SchemaEndpoint.Read);
            group.Map("/live", LiveEndpoint.ServeAsync);
        }
    }
}
