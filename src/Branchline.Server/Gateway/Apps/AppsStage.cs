using Branchline.Server.Gateway.AppAdmin;
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
            services.AddSingleton(provider => new AppDatabase(provider.GetRequiredService<DataDirectory>().DatabaseFile));
            services.AddSingleton<AppLoading>();
            services.AddSingleton(provider => provider.GetRequiredService<AppLoading>().Load());
            services.AddSingleton<StoredApps>();
        }
    }

    extension(WebApplication app)
    {
        public void MapApps()
        {
            // Read before anything listens, so that a wrong setting refuses the start.
            _ = app.Services.GetRequiredService<AppRegistry>();
            app.MapAppEndpoints();
        }
    }
}
