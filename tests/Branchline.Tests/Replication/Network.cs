using System.Net.Http.Json;
using System.Text.Json;
using Branchline.Merchant;
using Branchline.Protocol;
using Branchline.Server.Replication;
using Branchline.Server.Schema;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Replication;

/// <summary>Nodes that follow one another in any shape: trees, rings, two masters. Rounds run only when the test says so.</summary>
internal sealed class Network : IAsyncDisposable
{
    private readonly List<TestNode> _nodes = [];

    public IReadOnlyList<TestNode> Nodes => _nodes;

    public async Task<TestNode> AddAsync()
    {
        var node = await TestNode.StartAsync(new TestSettings { Schema = SchemaSource.FromFiles(MerchantSchema.Files), Values = Chain.ByHand });
        _nodes.Add(node);
        return node;
    }

    /// <summary>The node follows the master as a branch of that name; the branch's id, if it is one.</summary>
    public static async Task<Guid?> FollowAsync(TestNode node, TestNode master, string name, bool equal = false, bool all = false)
    {
        using var office = master.SignedIn("admin");
        var added = await office.PostAsJsonAsync("/api/branches/links", new { name, equal, all }, TestContext.Current.CancellationToken);
        Assert.True(added.IsSuccessStatusCode, await added.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var link = await added.JsonAsync();
        var joined = await Chain.JoinAsync(node, link.GetProperty("token").GetString()!, master.Address);
        Assert.True(joined.IsSuccessStatusCode, await joined.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return link.GetProperty("branches").GetArrayLength() == 0 ? null : link.GetProperty("branches")[0].GetGuid();
    }

    /// <summary>One round of the node with each of its masters.</summary>
    public static async Task<IReadOnlyList<RoundReport>> RoundAsync(TestNode node)
    {
        var follower = node.Services.GetRequiredService<Follower>();
        var reports = new List<RoundReport>();
        foreach (var master in node.Services.GetRequiredService<Masters>().All)
        {
            reports.Add(await follower.RunAsync(master.Name, TestContext.Current.CancellationToken));
        }

        return reports;
    }

    /// <summary>Rounds of every node until none did anything. A change that went round and round would never let this end.</summary>
    public async Task SettleAsync()
    {
        for (var tries = 0; tries < 20; tries++)
        {
            var isQuiet = true;
            foreach (var node in _nodes)
            {
                foreach (var report in await RoundAsync(node))
                {
                    Assert.Empty(report.Errors);
                    isQuiet &= report.IsQuiet;
                }
            }

            if (isQuiet)
            {
                return;
            }
        }

        Assert.Fail("Round after round did something");
    }

    /// <summary>Every live row of the node as it travels, in the tables' and ids' order.</summary>
    public static async Task<string> DumpAsync(TestNode node)
    {
        var store = node.Services.GetRequiredService<SqliteStore>();
        using var lease = await store.ReaderPool.RentAsync(TestContext.Current.CancellationToken);
        var lines = new List<string>();
        foreach (var layout in store.Layouts.Values.OrderBy(layout => layout.Table.Name, StringComparer.Ordinal))
        {
            using var statement = lease.Database.PrepareOnce($"{layout.SelectAll} WHERE _deleted IS NULL ORDER BY id");
            while (statement.Step())
            {
                var row = RowSql.ReadImage(statement, layout);
                var fields = row.Fields.Where(field => !field.Value.IsNull).OrderBy(field => field.Key, StringComparer.Ordinal).ToDictionary();
                lines.Add($"{layout.Table.Name} {row.Id} {JsonSerializer.Serialize(fields, ProtocolJson.Default.Options)}");
            }
        }

        return string.Join('\n', lines);
    }

    /// <summary>All of these have the same rows, and every checksum that is kept is that of what is there.</summary>
    public static async Task AssertEqualAsync(params TestNode[] nodes)
    {
        var first = await DumpAsync(nodes[0]);
        foreach (var node in nodes.Skip(1))
        {
            Assert.Equal(first, await DumpAsync(node));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Enumerable.Reverse(_nodes))
        {
            await node.DisposeAsync();
        }
    }
}
