using Branchline.Server.Access;
using Branchline.Server.Access.Control;
using Branchline.Server.Access.Links;
using Branchline.Server.Fanout;
using Branchline.Server.Feed.Branches;
using Branchline.Server.Gateway.Branches.Files;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Server.Gateway.Branches;

/// <summary>The addresses for branches that follow this node, and for whoever looks after them.</summary>
internal static class BranchesStage
{
    extension(WebApplicationBuilder builder)
    {
        public void AddBranches()
        {
            var services = builder.Services;
            services.AddSingleton<BranchLinks>();
            services.AddSingleton<BranchFeed>();
            services.AddSingleton<BranchGate>();
            services.AddSingleton<BranchMeter>();
            services.AddSingleton<BranchPokes>();
            services.AddSingleton<Dialect>(provider => provider.GetRequiredService<BranchPokes>());
            services.AddSingleton<BranchReports>();
            services.AddSingleton<CommitTimes>();
            services.AddSingleton<Dialect>(provider => provider.GetRequiredService<CommitTimes>());
            services.AddSingleton<LinkLines>();
            services.AddSingleton<BranchAnswers>();
            services.AddSingleton<BranchEndpoints>();
            services.AddSingleton<LinkEndpoints>();
            services.AddSingleton<MasterFiles>();
            services.AddSingleton<FileEndpoints>();
        }
    }

    extension(IEndpointRouteBuilder routes)
    {
        public void MapBranches()
        {
            var (branches, links) = (routes.ServiceProvider.GetRequiredService<BranchEndpoints>(), routes.ServiceProvider.GetRequiredService<LinkEndpoints>());

            // Who signs with a link's key is let in by BranchGate.
            var wire = routes.MapGroup("/branch").WithTags("Branches").AllowAnonymous();
            wire.MapPost("/push", branches.PushAsync);
            wire.MapPost("/pull", branches.PullAsync);
            wire.MapPost("/rows", branches.RowsAsync);
            wire.MapPost("/states", branches.StatesAsync);
            wire.MapPost("/wait", branches.WaitAsync);
            wire.MapPost("/report", branches.ReportAsync);
            wire.MapPost("/join", links.JoinAsync);
            wire.MapPost("/rotate", links.RotateAsync);

            var kept = routes.MapGroup("/api/branches/links").WithTags("Branches").AllowControl()
                .RequireAuthorization(new AuthorizeAttribute { Roles = Roles.Admin });
            kept.MapGet("", links.ListAsync);
            kept.MapPost("", links.AddAsync);
            kept.MapPost("/{id}/invite", links.InviteAsync);
            kept.MapDelete("/{id}", links.Remove);

            var files = routes.ServiceProvider.GetRequiredService<FileEndpoints>();
            var carried = routes.MapGroup("/api/sync").WithTags("Branches").AllowControl().RequireAuthorization(new AuthorizeAttribute { Roles = Roles.Admin });
            carried.MapPost("/export", files.ExportAsync);
            carried.MapPost("/import", files.ImportAsync);
        }
    }
}
