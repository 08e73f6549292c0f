using Branchline.Server.Fanout;
using Branchline.Server.Replication.Files;
using Branchline.Server.Replication.MasterSlave;
using Branchline.Server.Replication.Pace;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Replication;

/// <summary>Wires the stage. A node without a master has it, too, and does nothing: it may join one at any time.</summary>
internal static class ReplicationStage
{
    extension(WebApplicationBuilder builder)
    {
        public void AddReplication()
        {
            var services = builder.Services;
            services.AddOptions<ReplicationOptions>().BindConfiguration(ReplicationOptions.Section).ValidateDataAnnotations().ValidateOnStart();
            services.AddSingleton<IConfigureOptions<ReplicationOptions>, ReplicationVariables>();
            services.AddSingleton<IValidateOptions<ReplicationOptions>, LaneChecks>();
            services.AddSingleton<LanePace>();
            services.AddSingleton(_ => new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), ConnectTimeout = TimeSpan.FromSeconds(10) })
            {
                Timeout = Timeout.InfiniteTimeSpan,
            });
            services.AddSingleton<MasterLine>();
            services.AddSingleton<Masters>();
            services.AddSingleton<Upward>();
            services.AddSingleton<Offering>();
            services.AddSingleton<Downward>();
            services.AddSingleton<Round>();
            services.AddSingleton<RoundBook>();
            services.AddSingleton<Reporter>();
            services.AddSingleton<FileSpool>();
            services.AddSingleton<BranchFiles>();
            services.AddSingleton<Joining>();
            services.AddForeignMaster();
            services.AddSingleton<Follower>();
            services.AddSingleton<Dialect>(provider => provider.GetRequiredService<Follower>());
            services.AddHostedService<RoundHistory>();
            services.AddHostedService(provider => provider.GetRequiredService<Follower>());
            services.AddHostedService<StatusFile>();
        }
    }
}
