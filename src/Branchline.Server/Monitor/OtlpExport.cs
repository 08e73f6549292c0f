using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Branchline.Server.Monitor;

/// <summary>Sends the node's figures to an OpenTelemetry collector, set up by the variables that OpenTelemetry has for it (<c>OTEL_…</c>).</summary>
internal sealed class OtlpExport(IConfiguration configuration) : IHostedService, IDisposable
{
    /// <summary>Without it nothing is sent, and nothing of OpenTelemetry is loaded.</summary>
    public const string Switch = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const string Service = "branchline";

    private MeterProvider? _provider;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .ConfigureResource(resource => resource.AddService(Service).AddEnvironmentVariableDetector())
            .AddMeter(NodeMeter.Name, "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
            .AddOtlpExporter()
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what was not sent yet.</summary>
    public void Dispose() => _provider?.Dispose();
}
