using Branchline.Server.Access;
using Branchline.Server.Access.Control;
using Branchline.Server.Gateway.Branches;
using Branchline.Server.Gateway.Sockets;
using Branchline.Server.Gateway.Sync;
using Branchline.Server.Monitor.Alerts;
using Branchline.Server.Replication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Server.Gateway.Status;

/// <summary>How it stands with masters, branches and devices, and what an administrator may do about it: <c>/api/sync</c>.</summary>
internal static class StatusStage
{
    extension(WebApplicationBuilder builder)
    {
        public void AddStatus()
        {
            var services = builder.Services;
            services.AddSingleton<NodeFacts>();
            services.AddSingleton<DeviceLines>();
            services.AddSingleton<SyncStatus>();
            services.AddSingleton<SyncEndpoints>();
            services.AddSingleton<SyncAlerts>();
            services.AddSingleton<AlertSource>(provider => provider.GetRequiredService<SyncAlerts>().ReadAsync);
            services.AddSingleton<DownstreamSource>(provider =>
            {
                var (sockets, devices, links) = (provider.GetRequiredService<LiveSockets>(), provider.GetRequiredService<DeviceBook>(), provider.GetRequiredService<LinkLines>());
                return async cancellationToken => new Downstream(sockets.Count, devices.Following, links.Report(await links.ReadAsync(cancellationToken)));
            });
        }
    }

    extension(IEndpointRouteBuilder routes)
    {
        public void MapStatus()
        {
            var sync = routes.ServiceProvider.GetRequiredService<SyncEndpoints>();
            var own = routes.MapGroup("/api/sync").WithTags("Branches").AllowControl().RequireAuthorization(new AuthorizeAttribute { Roles = Roles.Admin });
            own.MapGet("/status", sync.StatusAsync);
            own.MapPost("/join", sync.JoinAsync);
            own.MapPost("/run", sync.RunAsync);
            own.MapPost("/dry-run", sync.RehearseAsync);
            own.MapPost("/reset", sync.ResetAsync);
            own.MapPost("/lanes/{lane}", sync.PauseAsync);
            own.MapDelete("/masters/{name}", sync.LeaveAsync);
        }
    }
}
