using Branchline.Protocol;
using Branchline.Server.Access.Links;
using Branchline.Server.Feed.Branches;
using Branchline.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Replication.Hostile;

/// <summary>Head office with a branch that behaves, South, and one whose key somebody has, North.</summary>
internal sealed class HostileMaster : IAsyncDisposable
{
    /// <summary>What is in rows of the South and in no others.</summary>
    public const string Secret = "Amina of the South";

    private readonly string _southern;
    private readonly string _before;

    private HostileMaster(Chain chain, (ChainBranch North, ChainBranch South) branches, Guid client, (string Southern, string All) before)
    {
        (Chain, North, South, Client) = (chain, branches.North, branches.South, client);
        (_southern, _before) = before;
        Raw = new RawBranch(North, chain.Master);
    }

    public Chain Chain { get; }

    public ChainBranch North { get; }

    public ChainBranch South { get; }

    /// <summary>A row of the South.</summary>
    public Guid Client { get; }

    /// <summary>The North's key in the wrong hands.</summary>
    public RawBranch Raw { get; }

    public long Head => Feed(Chain.Master).Head;

    public string Epoch => Feed(Chain.Master).Epoch;

    public static async Task<HostileMaster> OpenAsync()
    {
        var chain = await Chain.OpenAsync();
        var (north, south) = (await chain.JoinAsync("North"), await chain.JoinAsync("South"));
        var client = NewId.Next();
        await Chain.WriteAsync(south.Node, "till-south", Write.Insert("clients", client, ("name", FieldValue.Of(Secret)), ("branch_id", FieldValue.Of(south.Id.ToString()))));
        await Chain.WriteAsync(south.Node, "till-south", BranchTests.Movement(chain.Product, south.Id, "in", 12));
        await south.SyncAsync();
        return new HostileMaster(chain, (north, south), client, (await SumAsync(chain.Master, south.Scope), await Network.DumpAsync(chain.Master)));
    }

    /// <summary>As if the master had been put back: the North is asked for its rows as they stand.</summary>
    public void AskForRows() => Chain.Master.Services.GetRequiredService<BranchLinks>().Knows(North.Link, "another life");

    /// <summary>Not one row is another than before.</summary>
    public async Task MustBeUntouchedAsync() => Assert.Equal(_before, await Network.DumpAsync(Chain.Master));

    /// <summary>The rows of the South stand as before, and both branches are served as ever.</summary>
    public async Task MustServeAsync()
    {
        Assert.Equal(_southern, await SumAsync(Chain.Master, South.Scope));
        await MustTellAsync();
        var product = NewId.Next();
        await Chain.WriteAsync(Chain.Master, "office", Write.Insert("products", product, ("name", FieldValue.Of("Barley")), ("price", FieldValue.Of(100))));
        foreach (var branch in new[] { North, South })
        {
            await Chain.WriteAsync(branch.Node, "till-after", BranchTests.Movement(Chain.Product, branch.Id, "in", 1));
            await branch.SyncAsync();
            Assert.NotNull(await Chain.RowAsync(branch.Node, "products", product));
        }
    }

    /// <summary>What people look at is shown, whatever a branch said of itself.</summary>
    public async Task MustTellAsync()
    {
        using var office = Chain.Master.SignedIn("admin");
        foreach (var page in new[] { "/api/branches/links", "/api/sync/status" })
        {
            using var answer = await office.GetAsync(page, TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    public async ValueTask DisposeAsync()
    {
        Raw.Dispose();
        await Chain.DisposeAsync();
    }

    private static BranchFeed Feed(TestNode node) => node.Services.GetRequiredService<BranchFeed>();

    private static Task<string> SumAsync(TestNode node, string scope) => Feed(node).ReadSumAsync(
        scope, [.. node.Services.GetRequiredService<Branchline.Protocol.Schema.BusinessSchema>().Tables.Keys.Order(StringComparer.Ordinal)], TestContext.Current.CancellationToken);
}
