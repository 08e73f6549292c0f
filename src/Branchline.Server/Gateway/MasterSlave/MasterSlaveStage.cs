using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Server.Gateway.MasterSlave;

/// <summary>The three endpoints of master-slave sync as Laravel packages have it, for slaves that know nothing else.</summary>
internal static class MasterSlaveStage
{
    extension(IServiceCollection services)
    {
        public void AddMasterSlave() => services
            .AddSingleton<SlaveTables>()
            .AddSingleton<SlavePlaces>()
            .AddSingleton<RecordStamps>()
            .AddSingleton<Uploads>()
            .AddSingleton<Downloads>()
            .AddSingleton<Acknowledgements>();
    }

    extension(IEndpointRouteBuilder routes)
    {
        public void MapMasterSlave()
        {
            var sync = routes.MapGroup("/api/sync").WithTags("Master and slave");
            sync.MapPost("/upload", UploadAsync);
            sync.MapGet("/download", DownloadAsync);
            sync.MapPost("/acknowledge", AcknowledgeAsync);
        }
    }

    private static Task<IResult> UploadAsync(HttpContext context, Uploads uploads, CancellationToken cancellationToken) =>
        uploads.UploadAsync(context, cancellationToken);

    private static Task<IResult> DownloadAsync(HttpContext context, Downloads downloads, CancellationToken cancellationToken) =>
        downloads.DownloadAsync(context, cancellationToken);

    private static Task<IResult> AcknowledgeAsync(HttpContext context, Acknowledgements acknowledgements, CancellationToken cancellationToken) =>
        acknowledgements.AcknowledgeAsync(context, cancellationToken);
}
