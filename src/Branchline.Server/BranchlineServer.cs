using Branchline.Server.Access;
using Branchline.Server.Fanout;
using Branchline.Server.Feed;
using Branchline.Server.Gateway;
using Branchline.Server.Gateway.Apps;
using Branchline.Server.Gateway.Backups;
using Branchline.Server.Gateway.Branches;
using Branchline.Server.Gateway.Cases;
using Branchline.Server.Gateway.Fallback;
using Branchline.Server.Gateway.MasterSlave;
using Branchline.Server.Gateway.Messages;
using Branchline.Server.Gateway.OpenApi;
using Branchline.Server.Gateway.Plain;
using Branchline.Server.Gateway.Publishing;
using Branchline.Server.Gateway.Pusher;
using Branchline.Server.Gateway.Realtime;
using Branchline.Server.Gateway.Status;
using Branchline.Server.Gateway.Sync;
using Branchline.Server.Gateway.Tables;
using Branchline.Server.Gateway.Webhooks;
using Branchline.Server.Monitor;
using Branchline.Server.Mutations;
using Branchline.Server.Replication;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

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
            builder.AddStore(settings.Schema.Load(), directory.DatabaseFile, settings.Time);
            AddStages(builder, settings);
            _ = StageOptions.Read(builder.Services);
            var app = builder.Build();
            UseStages(app, settings);
            return new Node(app, directory);
        }
        catch (OptionsValidationException failure)
        {
            directory.Dispose();
            throw new StartRefusedException($"A setting is wrong: {string.Join(' ', failure.Failures)}", failure);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>The SQLite library in use.</summary>
    public static string SqliteVersion => SqliteLibrary.EnsureLoaded();

    /// <summary>Every stage's options as these settings make them. Throws <see cref="StartRefusedException"/> when one is wrong.</summary>
    public static IReadOnlyList<object> OptionsInForce(ServerSettings settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        AddStages(builder, settings);
        return
        [
            NodeOptions.From(settings), .. StageOptions.Read(builder.Services),
            .. ConfiguredApps.Look(builder.Configuration, settings.DataDirectory),
        ];
    }

    /// <summary>The stages, from the feed outward; the store under them is opened when the node is put together.</summary>
    private static void AddStages(WebApplicationBuilder builder, ServerSettings settings)
    {
        builder.AddListening(settings);
        builder.AddBackups();
        builder.AddFeed();
        builder.AddFanout();
        builder.AddMutations(settings.Rules);
        builder.AddAccess();
        builder.AddMonitor();
        builder.AddReplication();
        builder.AddApps();
        builder.AddWebhooks();
        builder.AddMessages();
        builder.AddSockets(settings);
        builder.AddPublishing();
        builder.AddCompression();
        builder.AddSync();
        builder.AddBranches();
        builder.Services.AddMasterSlave();
        builder.AddStatus();
        builder.Services.AddTables();
        builder.Services.AddCases();
        builder.Services.AddOpenApiDocument();
    }

    /// <summary>What a request passes, in order, and every address there is.</summary>
    private static void UseStages(WebApplication app, ServerSettings settings)
    {
        app.UseForwardedHeaders();
        app.UseMiddleware<ErrorEdge>();
        app.UseAppApi();
        app.UseWebSockets();
        app.UseAnonymousPusherSockets();
        app.UseResponseCompression();
        app.UseRouting();
        app.UseSecurityHeaders();
        app.UsePusherSockets();
        app.UsePusherFallback();
        app.UseWebApp(settings.WebFiles);
        app.UseOrigins();
        app.UseAccess();

        app.MapHealth();
        app.MapAccess();
        app.MapSync();
        app.MapBranches();
        app.MapMasterSlave();
        app.MapStatus();
        app.MapBackups();
        app.MapTables();
        app.MapCases();
        app.MapOpenApiDocument();
        app.MapPusher();
        app.MapPlain();
        app.MapMessages();
        app.MapApps();
        app.MapWebhooks();
        app.MapRealtime();
        app.MapWrongCalls();
    }
}
