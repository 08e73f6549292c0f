using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Server.Replication.MasterSlave;

/// <summary>Wires what follows a master that knows the three endpoints only, and what is kept of such masters and slaves.</summary>
internal static class ForeignStage
{
    extension(IServiceCollection services)
    {
        public void AddForeignMaster() => services
            .AddSingleton<ForeignDatabase>()
            .AddSingleton<ForeignIds>()
            .AddSingleton<ForeignLine>()
            .AddSingleton<ForeignRecords>()
            .AddSingleton<ForeignRows>()
            .AddSingleton<ForeignUpward>()
            .AddSingleton<ForeignDownward>()
            .AddSingleton<ForeignRound>()
            .AddHostedService<ForeignFollowing>();
    }
}
