using Branchline.Scenarios.Faults;

namespace Branchline.Scenarios.Chain;

/// <summary>Yesterday's backup is put back by the program's own commands, at head office or in the branch, while the branch's tills sell before and after.</summary>
public sealed class RestoredBackupTests
{
    private const int SalesOfADay = 10;

    [Fact]
    public async Task A_head_office_that_is_put_back_to_yesterdays_backup_gets_everything_again_from_its_branch()
    {
        using var data = new TempDirectory();
        using var office = await Shop.OpenAsync(data.Path);
        using var north = await ChainBranch.JoinAsync(office, "North", 1);
        using var day = await BadDay.BeginAsync(north.Shop, 1, "right", "right");
        var backup = await SellForTwoDaysAsync(day, (office, north), office);

        await office.Node.StopAsync();
        office.Kill();
        await RunningNode.AskAsync("restore", backup, "--data", office.Data);
        await day.SoldAsync(SalesOfADay);
        await office.StartAsync();

        await GoOnAsync(day, office, north);
        Assert.Contains("was put back to an older copy", north.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_branch_that_is_put_back_to_yesterdays_backup_gets_everything_again_from_head_office_and_its_tills()
    {
        using var data = new TempDirectory();
        using var office = await Shop.OpenAsync(data.Path);
        using var north = await ChainBranch.JoinAsync(office, "North", 1);
        using var day = await BadDay.BeginAsync(north.Shop, 2, "right", "right");
        var (backup, before) = (await SellForTwoDaysAsync(day, (office, north), north.Shop), day.Epoch());

        await north.Shop.Node.StopAsync();
        day.KillNode();
        await RunningNode.AskAsync("restore", backup, "--data", north.Data);
        await day.SoldAsync(SalesOfADay);
        await day.StartNodeAsync();

        await GoOnAsync(day, office, north);
        Assert.NotEqual(before, day.Epoch());
    }

    /// <summary>
    /// Yesterday's sales, a backup of one of the nodes, and today's sales, of which some are at head office and some have stayed in the branch, whose line is
    /// cut. The name of the backup.
    /// </summary>
    private static async Task<string> SellForTwoDaysAsync(BadDay day, (Shop Office, ChainBranch North) on, Shop kept)
    {
        Array.ForEach([.. day.Devices], till => till.Sell());
        await day.SoldAsync(SalesOfADay);
        var name = await RunningNode.AskAsync("backup", "now", "--data", kept.Data);
        Assert.Contains(name, await RunningNode.AskAsync("backup", "list", "--data", kept.Data), StringComparison.Ordinal);

        await on.Office.ChangeAsync("products", on.Office.ProductIds[0], new { price = 1100 });
        await day.SoldAsync(SalesOfADay);
        await day.CheckAsync();
        await Books.EqualAsync(on.Office, on.North);
        on.North.Line.Cut();
        await day.SoldAsync(SalesOfADay);
        Assert.NotEmpty(await on.North.FailedAsync());
        return name;
    }

    /// <summary>With the line back all go on, and in the end tills, branch and head office have every sale once.</summary>
    private static async Task GoOnAsync(BadDay day, Shop office, ChainBranch north)
    {
        await office.ChangeAsync("products", office.ProductIds[1], new { price = 1200 });
        north.Line.Node = office.Node.Address;
        await day.SoldAsync(SalesOfADay);
        await Task.WhenAll(day.Devices.Select(till => till.SettleAsync()));
        await Books.EqualAsync(office, north);
        await day.EndAsync();
        foreach (var node in (string[])[office.Data, north.Data])
        {
            using var stored = new StoredShop(node);
            Account.CheckSales(stored, day.Devices);
            Assert.Equal(["1100", "1200"], stored.Column($"SELECT price FROM products WHERE id IN ('{office.ProductIds[0]}', '{office.ProductIds[1]}') ORDER BY price"));
        }

        await Books.CloseAsync(office, north);
    }
}
