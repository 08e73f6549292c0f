using System.Diagnostics.Metrics;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server;
using Branchline.Server.Access.Links;
using Branchline.Server.Feed;
using Branchline.Server.Gateway.Branches;
using Branchline.Server.Mutations;
using Branchline.Server.Replication;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;
using Branchline.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Branchline.Tests.Simulation.Chains;

/// <summary>A node of a chain without its sockets: the real store, pipeline, feed, rounds and the addresses for branches, on a clock of its own.</summary>
internal sealed class ChainNode(World world, string name, ChainWire wire) : IDisposable
{
    private static readonly IMeterFactory Meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();

    private readonly string _directory = Directory.CreateTempSubdirectory("branchline-chain-").FullName;
    private ServiceProvider? _services;
    private int _backups;

    public string Name => name;

    public WallClock Clock { get; } = new(world);

    public bool IsUp => _services is not null;

    public SqliteStore Store => Get<SqliteStore>();

    public Masters Masters => Get<Masters>();

    public void Start(BusinessSchema schema)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var services = builder.Services;
        var ids = new SeededIds(world, Clock);
        services.AddSingleton(_ => DataDirectory.Hold(_directory));
        services.AddSingleton(provider => SqliteStore.Open(provider.GetRequiredService<DataDirectory>().DatabaseFile, schema, ids, Clock));
        services.AddSingleton(schema).AddSingleton<IdSource>(ids).AddSingleton<TimeProvider>(Clock).AddSingleton(new NodeOptions());
        services.AddSingleton(Meters).AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddSingleton<IHostApplicationLifetime>(new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance));
        services.AddSingleton<RowReader>();
        builder.Configuration["Branchline:Backups:LeaveFree"] = "0";
        builder.AddBackups();
        builder.AddFeed();
        builder.AddMutations([]);
        builder.AddReplication();
        builder.AddBranches();

        // In the place of the real line.
        services.AddSingleton(_ => new HttpClient(wire.For(this), disposeHandler: false));
        _services = services.BuildServiceProvider();
        Get<CommitLoop>().StartAsync(CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <summary>The process ends. What was committed is on the disk.</summary>
    public void Stop()
    {
        _services?.GetRequiredService<CommitLoop>().StopAsync(CancellationToken.None).GetAwaiter().GetResult();
        _services?.Dispose();
        _services = null;
    }

    public string BackUp()
    {
        var copy = Path.Combine(_directory, $"backup-{_backups++}.copy");
        using var into = Store.Writer.PrepareOnce("VACUUM INTO ?1");
        into.Bind(1, copy).Run();
        return copy;
    }

    /// <summary>Puts a backup in the place of the database, while the node is down.</summary>
    public void Restore(string copy)
    {
        foreach (var ending in new[] { "", "-wal", "-shm" })
        {
            File.Delete(DataDirectory.DatabaseFileOf(_directory) + ending);
        }

        File.Copy(copy, DataDirectory.DatabaseFileOf(_directory));
    }

    public MutationOutcome Write(Mutation mutation, Writer writer) =>
        Get<MutationPipeline>().ApplyAsync(mutation, writer, ApplyOptions.Default, CancellationToken.None).GetAwaiter().GetResult();

    public Stamp NextStamp(DeviceId device) => Get<NodeClock>().Next(device);

    /// <summary>Follows a master from now on.</summary>
    public Task FollowAsync(ChainNode master, IReadOnlyList<Guid> branches, bool isEqual, bool holdsAll)
    {
        var links = master.Get<BranchLinks>();
        var wish = links.New(name, [.. branches.Select(branch => branch.ToString())]) with { IsEqual = isEqual, HoldsAll = holdsAll, Life = master.Store.Epoch };
        var joined = links.Join(links.Invite(wish).Link);
        return Masters.AddAsync(
            new MasterState(master.Name, $"http://{master.Name}", joined.Id, joined.Key!)
            {
                Epoch = master.Store.Epoch,
                KeySince = Clock.GetUtcNow(),
                Scopes = ["everyone", .. branches.Select(branch => $"branch:{branch}")],
                IsEqual = isEqual,
                HoldsAll = holdsAll,
            },
            CancellationToken.None);
    }

    public Task<RoundReport> RoundAsync(string master) => Get<Round>().RunAsync(master, CancellationToken.None);

    /// <summary>Whether another round is wanted at once.</summary>
    public bool IsUnsettled(string master) => Get<Round>().IsUnsettled(master);

    /// <summary>What the node's own address answers to a branch.</summary>
    public Task ServeAsync(HttpContext context)
    {
        context.RequestServices = _services!;
        var branches = Get<BranchEndpoints>();
        return context.Request.Path.Value switch
        {
            "/branch/push" => branches.PushAsync(context),
            "/branch/pull" => branches.PullAsync(context),
            "/branch/rows" => branches.RowsAsync(context),
            "/branch/states" => branches.StatesAsync(context),
            _ => throw new InvalidOperationException($"A branch asked for {context.Request.Path}"),
        };
    }

    public void Dispose()
    {
        Stop();
        Directory.Delete(_directory, recursive: true);
    }

    private T Get<T>()
        where T : notnull => _services!.GetRequiredService<T>();
}
