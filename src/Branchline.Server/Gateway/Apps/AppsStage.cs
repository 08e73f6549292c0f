using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Server.Gateway.Apps;

/// <summary>Wires the realtime apps.</summary>
internal static class AppsStage
{
    extension(WebApplicationBuilder builder)
    {
        public void AddApps()
        {
            var services = builder.Services;
            services.AddSingleton(provider => ConfiguredApps.Read(
                provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<DataDirectory>().Path));
            services.AddSingleton(provider =>
            {
                var configured = provider.GetRequiredService<ConfiguredApps>();
                var time = provider.GetRequiredService<TimeProvider>();
                return new AppRegistry(configured.Own.ToApp(time), configured.Further.Select(app => app.ToApp(time)));
            });
        }
    }

    extension(WebApplication app)
    {
        /// <summary>Reads the apps before anything listens, so that a wrong setting refuses the start.</summary>
        public void MapApps() => _ = app.Services.GetRequiredService<AppRegistry>();
    }
}
