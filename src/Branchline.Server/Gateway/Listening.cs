using Branchline.Server.Access;
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
            var options = ReadOptions(builder.Configuration, settings);
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
            builder.WebHost.UseKestrelCore().UseUrls(Addresses(options)).ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = options.MaxBody;
            });
            if (options.Urls.Contains("https://", StringComparison.OrdinalIgnoreCase))
            {
                builder.WebHost.UseKestrelHttpsConfiguration();
            }
        }

        private void AddLog()
        {
            builder.Logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss ";
            });
            builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

            // The framework's own lines would say every request with its query.
            builder.Logging.SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning);
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
                    .WithExposedHeaders("ETag", "Link", "Location", "Retry-After"));
            }
        }
    }

    private static NodeOptions ReadOptions(ConfigurationManager configuration, ServerSettings settings)
    {
        var section = configuration.GetSection(NodeOptions.Section);
        try
        {
            return new NodeOptions
            {
                Urls = settings.Urls ?? section["Urls"] ?? new NodeOptions().Urls,
                WebSocketPort = section.GetValue<int?>("WebSocketPort") ?? configuration.GetValue<int?>("WEBSOCKET_PORT"),
                MaxBody = section.GetValue("MaxBody", new NodeOptions().MaxBody),
            };
        }
        catch (InvalidOperationException failure)
        {
            throw new StartRefusedException($"A setting is not a number: {failure.InnerException?.Message ?? failure.Message}", failure);
        }
    }

    private static string[] Addresses(NodeOptions options)
    {
        var urls = options.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (options.WebSocketPort is not { } port || urls.Select(BindingAddress.Parse).Any(url => url.Port == port))
        {
            return urls;
        }

        return [.. urls, .. urls.Select(BindingAddress.Parse).Select(url => $"{url.Scheme}://{url.Host}:{port}").Distinct()];
    }
}
