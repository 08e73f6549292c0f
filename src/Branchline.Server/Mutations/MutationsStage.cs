using Branchline.Server.Mutations.Branches;
using Branchline.Server.Store.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Server.Mutations;

/// <summary>Wires the stage.</summary>
internal static class MutationsStage
{
    extension(WebApplicationBuilder builder)
    {
        public void AddMutations(IReadOnlyList<Rule> rules)
        {
            var services = builder.Services;
            services.AddSingleton(rules);
            services.AddSingleton<NodeClock>();
            services.AddSingleton<WriteQueue>();
            services.AddSingleton<WriteSession>();
            services.AddSingleton<OutcomeBook>();
            services.AddSingleton<Incarnations>();
            services.AddSingleton<PlanChecks>();
            services.AddSingleton<MutationExecutor>();
            services.AddSingleton<UpBook>();
            services.AddSingleton<LastWords>();
            services.AddSingleton<StateRunner>();
            services.AddSingleton<JobRunner>();
            services.AddSingleton<CommitMeter>();
            services.AddSingleton<CommitLoop>();
            services.AddHostedService(provider => provider.GetRequiredService<CommitLoop>());
            services.AddSingleton<Upkeep>();
            services.AddSingleton<Compaction>();
            services.AddHostedService(provider => provider.GetRequiredService<Compaction>());
            services.AddSingleton(provider => new MutationPipeline(provider.GetRequiredService<WriteQueue>()));
            services.AddSingleton<OfferedRows>();
            services.AddSingleton<WriteProbe>(provider =>
            {
                var loop = provider.GetRequiredService<CommitLoop>();
                return loop.ProbeAsync;
            });
        }
    }
}
