using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Server.Fanout;

/// <summary>Wires the stage.</summary>
internal static class FanoutStage
{
    extension(WebApplicationBuilder builder)
    {
        public void AddFanout()
        {
            var services = builder.Services;
            services.AddSingleton<Broadcaster>();
            services.AddSingleton<Delivered>();
            services.AddSingleton<Happenings>();
            services.AddSingleton<SyncPages>();
            services.AddSingleton<Dialect>(provider => provider.GetRequiredService<SyncPages>());
            services.AddHostedService<FeedPump>();
        }
    }
}
