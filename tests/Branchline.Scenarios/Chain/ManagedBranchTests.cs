namespace Branchline.Scenarios.Chain;

/// <summary>What head office does to a branch while that sells.</summary>
public sealed class ManagedBranchTests
{
    [Fact]
    public async Task A_branch_that_was_removed_sells_on_and_says_so_and_with_a_new_invitation_everything_goes_up_once()
    {
        using var data = new TempDirectory();
        using var office = await Shop.OpenAsync(data.Path);
        using var north = await ChainBranch.JoinAsync(office, "North", 1);
        north.Open(office.ProductIds[0]);
        foreach (var (round, invitation) in new string[][] { ["invite", north.Link], ["add", "North"] }.Index())
        {
            await north.SoldAsync(20);
            await RunningNode.AskAsync("branch", "remove", north.Link, "--data", office.Data);
            Assert.Contains("Join again", await north.FailedAsync(), StringComparison.Ordinal);
            Assert.Contains("removed", await RunningNode.AskAsync("branch", "list", "--data", office.Data), StringComparison.Ordinal);
            await office.ChangeAsync("products", office.ProductIds[0], new { price = 1100 + round });
            await north.SoldAsync(20);
            await north.UntilAsync(status => status.GetProperty("status").GetString() == "failed" && ChainBranch.Waiting(status) >= 20);

            var token = await RunningNode.AskAsync(["branch", .. invitation, "--data", office.Data]);
            await RunningNode.AskAsync("join", token, "--master-url", $"{north.Line.Address}", "--data", north.Data);
            await Books.SettleAsync(office, north, string.Join(' ', invitation));
        }

        await Books.CloseAsync(office, north);
    }

    [Fact]
    public async Task A_branch_that_is_renamed_sells_on_under_its_new_name()
    {
        using var data = new TempDirectory();
        using var office = await Shop.OpenAsync(data.Path);
        using var north = await ChainBranch.JoinAsync(office, "North", 1);
        north.Open(office.ProductIds[0]);
        await north.SoldAsync(20);

        await office.ChangeAsync("branches", north.Id, new { name = "Old Town" });
        await north.SoldAsync(20);

        await Books.CloseAsync(office, north);
        using var below = new StoredShop(north.Data);
        Assert.Equal(["Old Town"], below.Column($"SELECT name FROM branches WHERE id = '{north.Id}'"));
        Assert.Contains("Old Town", await RunningNode.AskAsync("branch", "list", "--data", office.Data), StringComparison.Ordinal);
    }
}
