using Branchline.Server.Fanout;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Channels.Rights;
using Branchline.Server.Gateway.Fallback;
using Branchline.Server.Gateway.Missed;
using Branchline.Server.Gateway.Plain;
using Branchline.Server.Gateway.Pusher;
using Branchline.Server.Gateway.Realtime;
using Branchline.Server.Gateway.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Gateway;

/// <summary>Wires the sockets of clients that were not written for Branchline.</summary>
internal static class SocketStage
{
    extension(WebApplicationBuilder builder)
    {
        public void AddSockets(ServerSettings settings)
        {
            var services = builder.Services;
            services.AddOptions<SocketOptions>().BindConfiguration(SocketOptions.Section).ValidateDataAnnotations().ValidateOnStart();
            services.PostConfigure<SocketOptions>(options => options.OpenFor(settings.Demo));
            services.TryAddSingleton<Happenings>();
            services.AddSingleton<LiveSockets>();
            services.AddHostedService(provider => provider.GetRequiredService<LiveSockets>());
            services.AddSingleton<TableReaders>();
            services.AddSingleton<ChannelAccess>();
            services.AddOptions<MissedOptions>().BindConfiguration(MissedOptions.Section).ValidateDataAnnotations().ValidateOnStart();
            services.AddSingleton<MissedTotal>();
            services.AddSingleton<FeedProgress>();
            services.AddSingleton(provider => new OutsideEvents(provider.GetRequiredService<DataDirectory>().DatabaseFile));
            services.AddSingleton<FeedWindow>();
            services.AddSingleton<Tails>();
            services.AddSingleton<Hubs>();
            services.AddHostedService(provider => provider.GetRequiredService<Hubs>());
            services.AddSingleton<RealtimeMeter>();
            services.AddSingleton<Addresses>();
            services.AddSingleton<PusherSockets>();
            services.AddSingleton<QuickSockets>();
            services.AddSingleton<HttpSessions>();
            services.AddSingleton<FallbackEndpoints>();
            services.AddPlain();
            services.AddSingleton<Dialect, TableEvents>();
            services.AddSingleton<Dialect, PlainWords>();
        }
    }

    extension(IServiceCollection services)
    {
        private void AddPlain()
        {
            services.AddSingleton<PlainWire>();
            services.AddSingleton<PlainSockets>();
            services.AddSingleton<RowSource>();
            services.AddSingleton<RowStreams>();
            services.AddSingleton<Dialect>(provider => provider.GetRequiredService<RowStreams>());
            services.AddSingleton<RowParameters>();
            services.AddSingleton<WordsMissed>();
            services.AddSingleton<EventStreams>();
        }
    }
}
