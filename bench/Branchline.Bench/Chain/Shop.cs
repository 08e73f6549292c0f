using System.Text.Json;

namespace Branchline.Bench.Chain;

/// <summary>A head office with the demo shop, and branches that follow it.</summary>
internal sealed class Shop : IAsyncDisposable
{
    /// <summary>Rounds run when the bench says so.</summary>
    public static readonly Dictionary<string, string?> ByHand = new() { ["SYNC_ENABLED"] = "false" };

    private readonly List<ChainNode> _nodes = [];
    private readonly string _program;

    private Shop(string program, ChainNode office) => (_program, Office, _nodes) = (program, office, [office]);

    public ChainNode Office { get; }

    public static Task<Shop> OpenAsync(string program) => OpenAsync(program, ["up", "--demo"]);

    /// <summary>The same by another verb of the program.</summary>
    public static async Task<Shop> OpenAsync(string program, string[] verb)
    {
        var office = ChainNode.Start(program, verb, []);
        var shop = new Shop(program, office);
        _ = await office.AskAsync(HttpMethod.Get, "api/sync/status");
        return shop;
    }

    /// <summary>A link for a branch of that name, and the token for its first machine.</summary>
    public async Task<BranchInvitation> InviteAsync(string name)
    {
        var link = await Office.AskAsync(HttpMethod.Post, "api/branches/links", new { name });
        return new BranchInvitation(link.GetProperty("id").GetString()!, link.GetProperty("branches")[0].GetGuid(), link.GetProperty("token").GetString()!);
    }

    /// <summary>Another token for the same branch: its machine was replaced.</summary>
    public async Task<BranchInvitation> InviteAgainAsync(BranchInvitation before)
    {
        var link = await Office.AskAsync(HttpMethod.Post, $"api/branches/links/{before.Link}/invite");
        return before with { Token = link.GetProperty("token").GetString()! };
    }

    /// <summary>A branch in a process of its own that has joined; nothing was loaded yet when rounds run by hand.</summary>
    public async Task<ChainNode> JoinAsync(BranchInvitation invitation, IReadOnlyDictionary<string, string?> environment, string[]? verb = null, Uri? through = null)
    {
        var branch = ChainNode.Start(_program, verb ?? ["serve"], environment);
        _nodes.Add(branch);
        _ = await branch.AskAsync(HttpMethod.Post, "api/sync/join", new { token = invitation.Token, masterUrl = (through ?? Office.Address).ToString() });
        return branch;
    }

    public void Close(ChainNode node)
    {
        _nodes.Remove(node);
        node.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        _nodes.ForEach(node => node.Dispose());
        return ValueTask.CompletedTask;
    }
}

/// <summary>What makes a machine a branch.</summary>
internal sealed record BranchInvitation(string Link, Guid Branch, string Token);
