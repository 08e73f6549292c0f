using System.Net;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Replication;

/// <summary>Before much of a branch is replaced at once it keeps what it has, and what it kept can be put back.</summary>
public sealed class BackupTests
{
    [Fact]
    public async Task After_a_reset_the_backup_from_before_is_put_back_and_branch_and_head_office_agree_again()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        await Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(chain.Product, north.Id, "sale", -3));
        Assert.True((await PostAsync(north.Node, "/api/sync/reset")).IsSuccessStatusCode);
        var backup = Assert.Single(await ReasonsAsync(north.Node));
        Assert.Equal("reset", backup.Reason);
        await Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(chain.Product, north.Id, "sale", -4));
        await Chain.WriteAsync(chain.Master, "office", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));
        await north.SyncAsync();

        north = await chain.RestoreAsync(north, backup.Name);
        Assert.Equal(-3, await BranchTests.OnHandAsync(north.Node, chain.Product, north.Id));
        await north.SyncAsync();

        Assert.Equal(-7, await BranchTests.OnHandAsync(north.Node, chain.Product, north.Id));
        Assert.Equal(1300, (await Chain.FieldAsync(north.Node, "products", chain.Product, "price")).AsInteger);
        await Courier.MustAgreeAsync(chain, north);
        Assert.Equal(["restore", "reset"], (await ReasonsAsync(north.Node)).Select(kept => kept.Reason));
    }

    [Fact]
    public async Task A_reset_does_not_begin_where_there_is_no_room_for_a_backup_unless_it_is_forced()
    {
        await using var chain = await Chain.OpenAsync();
        var narrow = new Dictionary<string, string?>(Chain.ByHand) { ["Branchline:Backups:LeaveFree"] = "10000000000000" };
        var north = await chain.JoinAsync("North", new TestSettings { Values = narrow });
        var places = (await StatusAsync(north.Node)).GetProperty("masters")[0].GetProperty("known").GetInt64();

        var refused = await (await PostAsync(north.Node, "/api/sync/reset")).MustRefuseAsync(HttpStatusCode.ServiceUnavailable, "backup_failed");

        Assert.Contains("Make room", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(places, (await StatusAsync(north.Node)).GetProperty("masters")[0].GetProperty("known").GetInt64());
        Assert.Empty(Directory.GetFiles(Path.Combine(north.Node.Directory, "backups")));
        Assert.True((await PostAsync(north.Node, "/api/sync/reset?force=true")).IsSuccessStatusCode);
        await Courier.MustAgreeAsync(chain, north);
    }

    [Fact]
    public async Task Before_a_master_that_was_put_back_is_given_everything_the_branch_keeps_what_it_has_once()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        var copy = Chain.Copy(chain.Master);
        await Chain.WriteAsync(chain.Master, "office", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));
        await north.SyncAsync();

        await chain.PutMasterBackAsync(copy, north);
        await north.SyncAsync();
        await north.SyncAsync();

        Assert.Equal(["recovery"], (await ReasonsAsync(north.Node)).Select(kept => kept.Reason));
    }

    [Fact]
    public async Task Both_sides_keep_what_they_have_before_they_take_a_file_over()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");

        await Courier.CarryAsync(chain, north, "North");

        Assert.Equal(["import"], (await ReasonsAsync(chain.Master)).Select(kept => kept.Reason));
        Assert.Equal(["import"], (await ReasonsAsync(north.Node)).Select(kept => kept.Reason));
    }

    private static async Task<HttpResponseMessage> PostAsync(TestNode node, string path)
    {
        using var admin = node.SignedIn("admin");
        return await admin.PostAsync(path, null, TestContext.Current.CancellationToken);
    }

    private static async Task<JsonElement> StatusAsync(TestNode node)
    {
        using var admin = node.SignedIn("admin");
        return await (await admin.GetAsync("/api/sync/status", TestContext.Current.CancellationToken)).JsonAsync();
    }

    private static async Task<IReadOnlyList<(string Name, string Reason)>> ReasonsAsync(TestNode node) =>
        [.. (await StatusAsync(node)).GetProperty("backups").EnumerateArray().Select(backup => (backup.GetProperty("name").GetString()!, backup.GetProperty("reason").GetString()!))];
}
