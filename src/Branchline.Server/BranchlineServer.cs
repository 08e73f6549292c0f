using Branchline.Server.Access;
using Branchline.Server.Fanout;
using Branchline.Server.Feed;
using Branchline.Server.Gateway;
using Branchline.Server.Gateway.Sync;
using Branchline.Server.Mutations;
using Branchline.Server.Schema;
using Branchline.Server.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Server;

/// <summary>One node: its table of contents.</summary>
public static class BranchlineServer
{
    /// <summary>Puts a node together; nothing listens yet. Throws <see cref="StartRefusedException"/> when it cannot.</summary>
    public static Node Build(ServerSettings settings)
    {
        var directory = DataDirectory.Hold(settings.DataDirectory);
        try
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = directory.Path });
            builder.Services.AddSingleton(directory);
            AddStages(builder, settings, directory);
            var app = builder.Build();
            UseStages(app, settings);
            return new Node(app, directory);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>The stages, from the store outward.</summary>
    private static void AddStages(WebApplicationBuilder builder, ServerSettings settings, DataDirectory directory)
    {
        builder.AddListening(settings);
        builder.AddStore(SchemaSource.FromFiles(settings.SchemaFiles).Load(), directory.DatabaseFile, settings.Time);
        builder.AddFeed();
        builder.AddFanout();
        builder.AddMutations(settings.Rules);
        builder.AddAccess();
        builder.AddCompression();
        builder.AddSync();
    }

    /// <summary>What a request passes, in order, and every address there is.</summary>
    private static void UseStages(WebApplication app, ServerSettings settings)
    {
        app.UseForwardedHeaders();
        app.UseResponseCompression();
        app.UseSecurityHeaders();
        app.UseMiddleware<ErrorEdge>();
        app.UseWebSockets();
        app.UseRouting();
        app.UseWebApp(settings.WebFiles);
        app.UseOrigins();
        app.UseAccess();

        app.MapHealth();
        app.MapAccess();
        app.MapSync();
    }
}
