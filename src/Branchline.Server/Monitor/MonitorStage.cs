using Branchline.Server.Monitor.Alerts;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Server.Monitor;

/// <summary>Wires the stage.</summary>
internal static class MonitorStage
{
    extension(WebApplicationBuilder builder)
    {
        public void AddMonitor()
        {
            var services = builder.Services;
            services.AddMetrics();
            services.AddOptions<MetricsOptions>().BindConfiguration(MetricsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
            services.AddSingleton<MetricsBook>();
            services.AddHostedService<MetricsListener>();
            services.AddOptions<AlertOptions>().BindConfiguration(AlertOptions.Section).ValidateDataAnnotations().ValidateOnStart();
            services.AddSingleton<AlertPost>();
            services.AddHostedService(provider => provider.GetRequiredService<AlertPost>());
            services.AddSingleton<AlertWatch>();
            services.AddHostedService(provider => provider.GetRequiredService<AlertWatch>());
            if (!string.IsNullOrEmpty(builder.Configuration[OtlpExport.Switch]))
            {
                services.AddHostedService<OtlpExport>();
            }
        }
    }
}
