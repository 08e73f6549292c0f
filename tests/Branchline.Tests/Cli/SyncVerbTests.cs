using System.Text.Json;
using Branchline.Protocol;
using Branchline.Tests.Replication;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Cli;

public sealed class SyncVerbTests
{
    [Fact]
    public async Task The_status_of_head_office_names_its_branches_and_what_waits_for_them()
    {
        await using var chain = await Chain.OpenAsync();
        await chain.JoinAsync("North");
        await chain.InviteAsync("South");
        await Chain.WriteAsync(chain.Master, "office", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));

        await using var status = await Program.RunAsync("sync", "status", "--data", chain.Master.Directory);
        await using var json = await Program.RunAsync("sync:status", "--json", "--data", chain.Master.Directory);

        Assert.Contains("This node follows no master.", status.Out, StringComparison.Ordinal);
        Assert.Matches(@"North +joined +(live|late) +\d{4}-.* 2 +\d+ s +0 +\d+\.\d+\.\d+", status.Out);
        Assert.Matches("South +invited +none", status.Out);
        Assert.Equal(2, JsonDocument.Parse(json.Out).RootElement.GetProperty("branches").GetArrayLength());
    }
}
