using System.Net.Http.Json;
using System.Text.Json;
using Branchline.Merchant;
using Branchline.Protocol;
using Branchline.Server.Mutations;
using Branchline.Server.Replication;
using Branchline.Server.Schema;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;
using Branchline.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Replication;

/// <summary>A head office with a product, and branches that joined it: nodes of their own, each on a port and in a directory of its own.</summary>
internal sealed class Chain : IAsyncDisposable
{
    private readonly List<TestNode> _nodes = [];
    private readonly List<string> _directories = [];
    private readonly SchemaSource _schema;

    private Chain(TestNode master, SchemaSource schema) => (Master, _nodes, _schema) = (master, [master], schema);

    public TestNode Master { get; private set; }

    public Branchline.Protocol.Schema.BusinessSchema Schema => Master.Services.GetRequiredService<SqliteStore>().Schema;

    public Guid Product { get; } = NewId.Next();

    /// <summary>Rounds run only when the test says so, unless it asks for more.</summary>
    public static Dictionary<string, string?> ByHand => new() { ["SYNC_ENABLED"] = "false" };

    public static Task<Chain> OpenAsync() => OpenAsync(SchemaSource.FromFiles(MerchantSchema.Files));

    /// <summary>The same by another schema, which has products and branches, too.</summary>
    public static Task<Chain> OpenAsync(SchemaSource schema) => OpenAsync(new TestSettings { Schema = schema });

    /// <summary>The same with other settings of head office.</summary>
    public static async Task<Chain> OpenAsync(TestSettings settings)
    {
        var chain = new Chain(await TestNode.StartAsync(settings), settings.Schema);
        await chain.StockAsync();
        return chain;
    }

    /// <summary>The same with a head office that was started already.</summary>
    public static async Task<Chain> OpenAsync(TestNode master)
    {
        var chain = new Chain(master, SchemaSource.FromFiles(MerchantSchema.Files));
        await chain.StockAsync();
        return chain;
    }

    private async Task StockAsync() =>
        await WriteAsync(Master, "office", Write.Insert("products", Product, ("name", FieldValue.Of("Rice 5 kg")), ("price", FieldValue.Of(1250))));

    /// <summary>A branch that joined and has loaded everything.</summary>
    public Task<ChainBranch> JoinAsync(string name) => JoinAsync(name, new TestSettings { Values = ByHand });

    /// <summary>The same with other settings, or another schema.</summary>
    public async Task<ChainBranch> JoinAsync(string name, TestSettings settings, bool isSealed = false)
    {
        var node = await TestNode.StartAsync(settings);
        _nodes.Add(node);
        var joined = await JoinAsync(node, await InviteAsync(name), Master.Address, isSealed);
        Assert.True(joined.IsSuccessStatusCode, await joined.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        using var office = Master.SignedIn("admin");
        var links = await (await office.GetAsync("/api/branches/links", TestContext.Current.CancellationToken)).JsonAsync();
        var link = links.EnumerateArray().Single(one => one.GetProperty("name").GetString() == name);
        var branch = new ChainBranch(node, link.GetProperty("id").GetString()!, Guid.Parse(link.GetProperty("branches")[0].GetString()!));
        await branch.SyncAsync();
        return branch;
    }

    /// <summary>A one-use token for a branch of that name.</summary>
    public async Task<string> InviteAsync(string name)
    {
        using var office = Master.SignedIn("admin");
        var added = await office.PostAsJsonAsync("/api/branches/links", new { name }, TestContext.Current.CancellationToken);
        Assert.True(added.IsSuccessStatusCode, await added.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (await added.JsonAsync()).GetProperty("token").GetString()!;
    }

    /// <summary>What a node answers that is told to join.</summary>
    public static async Task<HttpResponseMessage> JoinAsync(TestNode node, string token, Uri master, bool isSealed = false)
    {
        using var admin = node.SignedIn("admin");
        return await admin.PostAsJsonAsync("/api/sync/join", new { token, masterUrl = master.ToString(), @sealed = isSealed }, TestContext.Current.CancellationToken);
    }

    /// <summary>A copy of a node's database as a backup takes it.</summary>
    public static string Copy(TestNode node)
    {
        var file = Path.Combine(System.IO.Directory.CreateTempSubdirectory("branchline-").FullName, "copy.db");
        using var database = Branchline.Sqlite.Database.Open(Server.DataDirectory.DatabaseFileOf(node.Directory), readOnly: false);
        using var copy = database.PrepareOnce("VACUUM INTO ?1").Bind(1, file);
        copy.Run();
        return file;
    }

    /// <summary>The master goes down for good.</summary>
    public async Task CloseMasterAsync()
    {
        _nodes.Remove(Master);
        await Master.DisposeAsync();
    }

    /// <summary>The master goes down and comes up at another port with another schema.</summary>
    public Task UpgradeAsync(SchemaSource schema, params ChainBranch[] branches) => ComeUpAsync(Copy(Master), schema, branches);

    /// <summary>The master goes down, its database is put back, and it comes up at another port, which its branches are told.</summary>
    public Task PutMasterBackAsync(string copy, params ChainBranch[] branches) => ComeUpAsync(copy, _schema, branches);

    private async Task ComeUpAsync(string copy, SchemaSource schema, ChainBranch[] branches)
    {
        Master = await RestartAsync(Master, copy, new TestSettings { Schema = schema });
        foreach (var branch in branches)
        {
            var masters = branch.Node.Services.GetRequiredService<Masters>();
            await masters.SaveAsync(masters.All[0] with { Url = Master.Address.ToString().TrimEnd('/') }, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The same for a branch.</summary>
    public async Task<ChainBranch> PutBranchBackAsync(string copy, ChainBranch branch) =>
        branch with { Node = await RestartAsync(branch.Node, copy, new TestSettings { Values = ByHand }) };

    /// <summary>A branch goes down and comes up again on what it has.</summary>
    public async Task<ChainBranch> StartAgainAsync(ChainBranch branch)
    {
        var directory = branch.Node.Directory;
        await branch.Node.Node.DisposeAsync();
        _directories.Add(directory);
        var again = await TestNode.StartAsync(new TestSettings { Values = ByHand, Directory = directory });
        _nodes[_nodes.IndexOf(branch.Node)] = again;
        return branch with { Node = again };
    }

    /// <summary>A branch goes down, one of its backups is put back by the program's own means, and it comes up again.</summary>
    public async Task<ChainBranch> RestoreAsync(ChainBranch branch, string backup)
    {
        var directory = branch.Node.Directory;
        await branch.Node.Node.DisposeAsync();
        _directories.Add(directory);
        using (var held = Server.DataDirectory.Hold(directory))
        {
            Server.Store.Backups.DatabaseBackups.Restore(held, backup, new Server.Store.Backups.BackupOptions { LeaveFree = 0 }, TimeProvider.System);
        }

        var again = await TestNode.StartAsync(new TestSettings { Values = ByHand, Directory = directory });
        _nodes[_nodes.IndexOf(branch.Node)] = again;
        return branch with { Node = again };
    }

    private async Task<TestNode> RestartAsync(TestNode node, string copy, TestSettings settings)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("branchline-").FullName;
        _directories.Add(directory);
        await node.Node.DisposeAsync();
        foreach (var file in System.IO.Directory.GetFiles(node.Directory))
        {
            File.Copy(file, Path.Combine(directory, Path.GetFileName(file)));
        }

        foreach (var ending in new[] { "", "-wal", "-shm" })
        {
            File.Delete(Server.DataDirectory.DatabaseFileOf(directory) + ending);
        }

        File.Copy(copy, Server.DataDirectory.DatabaseFileOf(directory));
        var again = await TestNode.StartAsync(settings with { Directory = directory });
        _nodes[_nodes.IndexOf(node)] = again;
        System.IO.Directory.Delete(node.Directory, recursive: true);
        return again;
    }

    /// <summary>One mutation of a device with that name, by the node itself.</summary>
    public static Task<MutationOutcome> WriteAsync(TestNode node, string device, params RowWrite[] writes)
    {
        var id = new DeviceId(device);
        return ApplyAsync(node, new Mutation(id, 0, NewId.Next(), node.Services.GetRequiredService<NodeClock>().Next(id), null, writes));
    }

    /// <summary>The same with a stamp of its own.</summary>
    public static Task<MutationOutcome> ApplyAsync(TestNode node, Mutation mutation) => node.Services.GetRequiredService<MutationPipeline>().ApplyAsync(
        mutation, new Writer("u-" + mutation.Device, "admin", ScopesOf(node)), ApplyOptions.Default, TestContext.Current.CancellationToken);

    /// <summary>A row as the node stores it, or null; deleted ones are none.</summary>
    public static async Task<RowImage?> RowAsync(TestNode node, string table, Guid id)
    {
        var store = node.Services.GetRequiredService<SqliteStore>();
        using var lease = await store.ReaderPool.RentAsync(TestContext.Current.CancellationToken);
        var layout = store.Layouts[table];
        using var statement = lease.Database.PrepareOnce(layout.SelectById).Bind(1, id);
        return statement.Step() && RowSql.ReadImage(statement, layout) is { DeletedAt: null } row ? row : null;
    }

    public static async Task<FieldValue> FieldAsync(TestNode node, string table, Guid id, string field) =>
        (await RowAsync(node, table, id))?.Fields.GetValueOrDefault(field) ?? default;

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Enumerable.Reverse(_nodes))
        {
            await node.DisposeAsync();
        }

        foreach (var directory in _directories)
        {
            System.IO.Directory.Delete(directory, recursive: true);
        }
    }

    private static IReadOnlyList<string> ScopesOf(TestNode node)
    {
        var branches = node.Services.GetRequiredService<Branchline.Server.Access.Branches>().All;
        return ["everyone", .. branches.Select(branch => "branch:" + branch)];
    }
}

/// <summary>A branch of the chain.</summary>
internal sealed record ChainBranch(TestNode Node, string Link, Guid Id)
{
    public string Scope => $"branch:{Id}";

    /// <summary>Rounds until one did nothing, and not one of them failed.</summary>
    public async Task SyncAsync()
    {
        for (var tries = 0; tries < 10; tries++)
        {
            var report = await RoundAsync();
            Assert.Empty(report.Errors);
            if (report.IsQuiet)
            {
                return;
            }
        }

        Assert.Fail("Round after round did something");
    }

    public async Task<RoundReport> RoundAsync()
    {
        var follower = Node.Services.GetRequiredService<Follower>();
        return await follower.RunAsync(Node.Services.GetRequiredService<Masters>().All[0].Name, TestContext.Current.CancellationToken);
    }
}
