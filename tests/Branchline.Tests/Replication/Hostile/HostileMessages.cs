using System.Text;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Feed.Branches;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Replication.Hostile;

/// <summary>The golden messages of protocol/branch, about rows that there are.</summary>
internal static class HostileMessages
{
    public static string Push(HostileMaster master) => Golden(master, "push-request").Replace("0190a1b2-0000-7000-8000-000000000017", NewId.Next().ToString(), StringComparison.Ordinal);

    /// <summary>Address and message, each of which its address takes.</summary>
    public static async Task<(string Path, string Json)[]> AllAsync(HostileMaster master) =>
    [
        ("/branch/push", Push(master)),
        ("/branch/pull", Golden(master, "pull-request")),
        ("/branch/rows", Golden(master, "rows-request")),
        ("/branch/states", Golden(master, "states")),
        ("/branch/states", await StatesAsync(master)),
        ("/branch/report", Golden(master, "report")),
        ("/branch/wait", Golden(master, "wait")),
    ];

    /// <summary>Strings that mean something to the master: rows, scopes and links of both branches.</summary>
    public static string[] Known(HostileMaster master) =>
    [
        master.Chain.Product.ToString(), master.Client.ToString(), master.North.Scope, master.South.Scope, master.North.Id.ToString(), master.South.Id.ToString(),
        master.North.Link, master.South.Link, master.Epoch, $"{master.Epoch}.0", $"{master.Epoch}.{master.Head}", $"{master.Epoch}.{master.Head + 1}", "till-3", "till-south", "name", "price", "sku",
        new Stamp(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 0, new DeviceId("till-3")).ToString(),
    ];

    /// <summary>The rows of the North as it would offer them.</summary>
    private static async Task<string> StatesAsync(HostileMaster master)
    {
        var feed = master.Chain.Master.Services.GetRequiredService<BranchFeed>();
        var rows = new List<BranchChange>();
        foreach (var scope in new[] { "everyone", master.North.Scope })
        {
            var read = new BranchRead(scope, new BranchPlace(), [.. master.Chain.Schema.Tables.Keys.Order(StringComparer.Ordinal)], 6, null) { WithDeleted = true };
            rows.AddRange((await feed.ReadAsync(read, TestContext.Current.CancellationToken)).Changes);
        }

        return JsonSerializer.Serialize(new BranchStates(rows), ProtocolJson.Default.BranchStates);
    }

    private static string Golden(HostileMaster master, string name) => Encoding.UTF8.GetString(Repository.ReadBytes($"protocol/branch/{name}.json"))
        .Replace("0190a1b2-0000-7000-8000-000000000001", master.Chain.Product.ToString(), StringComparison.Ordinal)
        .Replace("0190a1b2-0000-7000-8000-000000000002", master.Client.ToString(), StringComparison.Ordinal)
        .Replace("0190a1b2-0000-7000-8000-0000000000b1", master.North.Id.ToString(), StringComparison.Ordinal)
        .Replace("0190a1b2-0000-7000-8000-0000000000b2", master.South.Id.ToString(), StringComparison.Ordinal)
        .Replace("9f31c07a55de", master.Epoch, StringComparison.Ordinal);
}
