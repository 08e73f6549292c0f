using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Gateway;

/// <summary>Brotli and gzip for answers worth it: an answer known to be small, or that says it is not to be changed, goes as it is.</summary>
internal sealed class Compression(IServiceProvider services, IOptions<ResponseCompressionOptions> options)
    : ResponseCompressionProvider(services, options)
{
    private const long WorthWhile = 1024;

    public override bool ShouldCompressResponse(HttpContext context) =>
        context.Response.ContentLength is not < WorthWhile
        && !context.Response.Headers.CacheControl.ToString().Contains("no-transform", StringComparison.Ordinal)
        && base.ShouldCompressResponse(context);
}

/// <summary>Wires <see cref="Compression"/>.</summary>
internal static class CompressionStage
{
    extension(WebApplicationBuilder builder)
    {
        public void AddCompression()
        {
            builder.Services.AddResponseCompression(options =>
            {
                options.EnableForHttps = true;
                options.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "application/problem+json", "image/svg+xml", "application/manifest+json"];
            });
            builder.Services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
            builder.Services.Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
            builder.Services.Replace(ServiceDescriptor.Singleton<IResponseCompressionProvider, Compression>());
        }
    }
}
