using Branchline.Server.Access;
using Branchline.Server.Gateway.Pusher;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Gateway;

/// <summary>The web server itself: addresses, limits, log, settings.</summary>
internal static class Listening
{
    extension(WebApplicationBuilder builder)
    {
        public void AddListening(ServerSettings settings)
        {
            builder.Configuration.AddInMemoryCollection(settings.Values);
            var options = NodeOptions.From(settings);
            builder.Services.AddSingleton(settings);
            builder.Services.AddSingleton(settings.Time);
            builder.Services.AddSingleton(new IdSource(settings.Time));
            builder.Services.AddSingleton(options);
            builder.Services.AddRouting();
            builder.Services.Configure<RouteHandlerOptions>(handlers => handlers.ThrowOnBadRequest = true);
            builder.Services.Configure<ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);
            builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
                forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto);
            builder.Services.AddCors();
            builder.AddKestrel(options);
            builder.AddLog();
        }

        private void AddKestrel(NodeOptions options)
        {
            builder.WebHost.UseKestrelCore().UseUrls([.. options.Addresses()]).ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.UseQuickSockets();
                kestrel.Limits.MaxRequestBodySize = options.MaxBody;
            });
            if (options.Urls.Contains("https://", StringComparison.OrdinalIgnoreCase))
            {
                // The certificate stands under Kestrel:Certificates:Default, as everywhere in .NET.
                builder.WebHost.UseKestrelHttpsConfiguration()
                    .ConfigureKestrel(kestrel => kestrel.Configure(builder.Configuration.GetSection("Kestrel")));
            }
        }

        private void AddLog()
        {
            builder.Logging.AddConsole(console => console.FormatterName = LogLines.FormatterName)
                .AddConsoleFormatter<LogLines, ConsoleFormatterOptions>();
            builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

            // The framework's own lines would say every request with its query.
            builder.Logging.SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning)
                .AddFilter(typeof(TokenAuthentication).FullName, LogLevel.Warning);

            // A start that failed is told by whoever asked for it; a loop that died is critical and still told here.
            builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
            builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        }
    }

    extension(WebApplication app)
    {
        public void UseOrigins()
        {
            var access = app.Services.GetRequiredService<IOptions<AccessOptions>>().Value;
            if (access.Origins.Count > 0)
            {
                app.UseCors(policy => policy
                    .WithOrigins([.. access.Origins]).AllowAnyHeader().AllowAnyMethod().AllowCredentials()
                    .WithExposedHeaders("ETag", "Link", "Location", "Retry-After", "Idempotency-Replayed"));
            }
        }
    }
}
